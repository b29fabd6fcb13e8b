"""Our own family: the constants that are optimal for an objective, as data. Twin in hardware: ``rtl/logarithmic.py``.

``python -m tuning`` finds the constants and writes ``tuned_tables.py``.
"""

import itertools

from ..logarithmic import Correction, Scheme
from ..operation import Parameter
from .corrected import TRUNCATION, truncated
from .family import Family, logarithmic_product, logarithmic_quotient
from .tuned_tables import CORRECTIONS

__all__ = ["OBJECTIVES", "TUNED"]

OBJECTIVES = ("minimax", "zerobias", "mred")
SEGMENTS = (1, 4, 8, 16)


def _scheme(operation: str, width: int, objective: str, m: int, t: int) -> Scheme:
    bits, domain, table = CORRECTIONS[operation, objective, m]
    return truncated(width, t, Correction(table, bits, domain))


PARAMETERS = (
    Parameter("objective", lambda width: OBJECTIVES, None, "smallest peak, bias or mean of the relative error"),
    Parameter("m", lambda width: tuple(m for m in SEGMENTS if m <= 1 << width - 1), 1, "segments of each fraction"),
    TRUNCATION,
)
ALL = itertools.product(OBJECTIVES, SEGMENTS, (0,))
SMALL = (("mred", 1, 9), ("mred", 1, 10), ("mred", 4, 8), ("mred", 4, 9), ("mred", 4, 10))
CONFIGURATIONS: tuple[dict[str, int | str], ...] = tuple(
    {"objective": objective, "m": m, "t": t} for objective, m, t in (*ALL, *SMALL)
)

TUNED = Family(
    name="tuned",
    title="Tuned",
    source="this project: tuning/, docs/families.md",
    definition="p = antilog(log a + log b + c);  q = floor(2^f antilog(log n - log d - c)), c from m x m segments",
    operations={
        "mul": logarithmic_product(
            lambda width, objective, m, t: _scheme("mul", width, objective, m, t),
            PARAMETERS,
            CONFIGURATIONS,
        ),
        "div": logarithmic_quotient(
            lambda width, objective, m, t: _scheme("div", width, objective, m, t),
            PARAMETERS,
            CONFIGURATIONS,
        ),
    },
    status="ours",
)
