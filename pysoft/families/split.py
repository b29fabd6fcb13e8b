"""Our own family of three short tables, as data. Twin in hardware: ``rtl/logarithmic.py``.

``python -m tuning`` finds the tables and writes ``tuned_tables.py``.
"""

import itertools

from ..logarithmic import Scheme, SplitCorrection
from ..operation import Parameter
from .corrected import TRUNCATION, truncated
from .family import Family, logarithmic_product, logarithmic_quotient
from .tuned import OBJECTIVE, OBJECTIVES
from .tuned_tables import SPLITS

__all__ = ["SPLIT"]

SEGMENTS = tuple(sorted({m for _, _, m in SPLITS}))


def _scheme(operation: str, width: int, objective: str, m: int, t: int) -> Scheme:
    bits, first, second, antilog = SPLITS[operation, objective, m]
    return truncated(width, t, SplitCorrection(first, second, antilog, bits))


PARAMETERS = (
    OBJECTIVE,
    Parameter("m", lambda width: tuple(m for m in SEGMENTS if m <= 1 << width - 1), None, "segments of each fraction"),
    TRUNCATION,
)
ALL = itertools.product(OBJECTIVES, SEGMENTS, (0,))
SMALL = itertools.product(("mred",), SEGMENTS, (6, 7, 8))
CONFIGURATIONS: tuple[dict[str, int | str], ...] = tuple(
    {"objective": objective, "m": m, "t": t} for objective, m, t in (*ALL, *SMALL)
)

SPLIT = Family(
    name="split",
    title="Split correction",
    source="this project, tuning/",
    definition="p = antilog'(log' a + log' b);  q = floor(2^f antilog'(log' n - log' d)), each by m table entries",
    operations={
        "mul": logarithmic_product(
            lambda width, objective, m, t: _scheme("mul", width, objective, m, t), PARAMETERS, CONFIGURATIONS
        ),
        "div": logarithmic_quotient(
            lambda width, objective, m, t: _scheme("div", width, objective, m, t), PARAMETERS, CONFIGURATIONS
        ),
    },
    status="ours",
)
