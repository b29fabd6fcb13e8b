"""Our own family: the constants that are optimal for an objective, as data. Twin in hardware: ``rtl/logarithmic.py``.

``python -m tuning`` finds the constants and writes ``tuned_tables.py``.
"""

import itertools

from ..logarithmic import Correction, Scheme
from ..operation import Parameter
from .corrected import TRUNCATION, truncated
from .family import Family, logarithmic_product, logarithmic_quotient
from .tuned_tables import CORRECTIONS

__all__ = ["OBJECTIVE", "OBJECTIVES", "TUNED"]

OBJECTIVES = ("minimax", "zerobias", "mred")
SEGMENTS = (1, 4, 8, 16)
DOMAINS = ("log", "linear")


def _scheme(operation: str, width: int, objective: str, m: int, domain: str, t: int) -> Scheme:
    bits, table = CORRECTIONS[operation, objective, m, domain]
    return truncated(width, t, Correction(table, bits, domain))


OBJECTIVE = Parameter("objective", lambda width: OBJECTIVES, None, "smallest peak, bias or mean of the relative error")
M = Parameter("m", lambda width: tuple(m for m in SEGMENTS if m <= 1 << width - 1), 1, "segments of each fraction")
DOMAIN = Parameter(
    "domain", lambda width: DOMAINS, "log", "where the correction is added: log is smaller, linear better"
)

LOG: list[dict[str, int | str]] = [
    {"objective": objective, "m": m, "t": t}
    for objective, m, t in (
        *itertools.product(OBJECTIVES, SEGMENTS, (0,)),
        *(("mred", 1, 9), ("mred", 1, 10), ("mred", 4, 8), ("mred", 4, 9), ("mred", 4, 10)),
    )
]
LINEAR: list[dict[str, int | str]] = [
    {"objective": objective, "m": m, "domain": "linear"}
    for objective, m in itertools.product(("minimax", "mred"), SEGMENTS[1:])
]

TUNED = Family(
    name="tuned",
    title="Tuned",
    source="this project, tuning/",
    definition="p = antilog(log a + log b + c);  q = floor(2^f antilog(log n - log d - c)), c from m x m segments",
    operations={
        "mul": logarithmic_product(
            lambda width, objective, m, domain, t: _scheme("mul", width, objective, m, domain, t),
            (OBJECTIVE, M, DOMAIN, TRUNCATION),
            (*LOG, *LINEAR),
        ),
        "div": logarithmic_quotient(
            lambda width, objective, m, t: _scheme("div", width, objective, m, "log", t),
            (OBJECTIVE, M, TRUNCATION),
            tuple(LOG),
        ),
    },
    status="ours",
    note="With domain linear, c is added to the product over 2^(k1+k2) instead, as MBM and REALM do.",
)
