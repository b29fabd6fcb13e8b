"""Our own family: the constants that are optimal for an objective, as data. Twin in hardware: ``rtl/logarithmic.py``.

``python -m tuning`` finds the constants and writes ``tuned_tables.py`` and, of floats, ``float_tables.py``: whole last
places, optimal for the fractions of each format. Worst errors of ``minimax`` in percent:

    ==========  =  ======  ======  =====  =====  =====
    operation   m  f8e5m2  f8e4m3   bf16    f16    f32
    ==========  =  ======  ======  =====  =====  =====
    mul         1  11.111  11.111  7.031  6.917  6.886
    div         1  12.500  11.111  7.246  6.994  6.960
    square      1  11.111  11.111  7.031  6.917  6.886
    square      4  11.111   4.142  3.592  3.625  3.616
    reciprocal  1  12.500   6.250  5.078  5.078  5.051
    reciprocal  4   9.375   6.250  4.297  4.167  4.167
    sqrt        1  10.557   6.066  3.691  3.511  3.475
    sqrt        4  10.557   5.719  1.550  1.411  1.400
    rsqrt       1   8.253   6.459  3.580  3.450  3.421
    rsqrt       4   8.253   5.234  2.344  2.279  2.274
    ==========  =  ======  ======  =====  =====  =====
"""

import itertools
from collections.abc import Callable

from ..logarithmic import Correction, Scheme
from ..operation import Parameter
from ..power import PowerScheme
from .corrected import TRUNCATION, truncated
from .family import Family, float_power, float_product, float_quotient, logarithmic_product, logarithmic_quotient
from .float_tables import CONSTANTS
from .logarithmic import POWERS
from .tuned_tables import CORRECTIONS

__all__ = ["OBJECTIVE", "OBJECTIVES", "TUNED"]

OBJECTIVES = ("minimax", "zerobias", "mred")
SEGMENTS = (1, 4, 8, 16)
FRACTION_SEGMENTS = (1, 2, 4, 8, 16)
DOMAINS = ("log", "linear")


def _scheme(operation: str, width: int, objective: str, m: int, domain: str, t: int) -> Scheme:
    bits, table = CORRECTIONS[operation, objective, m, domain]
    return truncated(width, t, Correction(table, bits, domain))


def _float_scheme(operation: str) -> Callable[..., Scheme]:
    """Of a product or a quotient of floats: a constant of their format, or a table of integers."""

    def scheme(width: int, objective: str, m: int) -> Scheme:
        if m > 1:
            return _scheme(operation, width, objective, m, "log", 0)
        F = width - 1
        return Scheme(kept=F, correction=Correction(CONSTANTS[operation, objective, 1, F], F, "log"))

    return scheme


def _power_scheme(operation: str) -> Callable[..., PowerScheme]:
    return lambda width, objective, m: PowerScheme(CONSTANTS[operation, objective, m, width - 1], width - 1)


def _float_m(operation: str) -> Parameter:
    """Segments, of the tables whose entries are whole last places of a float."""
    bits = {m: max(CORRECTIONS[operation, objective, m, "log"][0] for objective in OBJECTIVES) for m in SEGMENTS[1:]}
    return Parameter(
        "m", lambda width: (1, *(m for m, q in bits.items() if q <= width - 1)), 1, "segments of each fraction"
    )


OBJECTIVE = Parameter("objective", lambda width: OBJECTIVES, None, "smallest peak, bias or mean of the relative error")
M = Parameter("m", lambda width: tuple(m for m in SEGMENTS if m <= 1 << width - 1), 1, "segments of each fraction")
FRACTION_M = Parameter(
    "m", lambda width: tuple(m for m in FRACTION_SEGMENTS if m <= 1 << width - 1), 1, "segments of the fraction"
)
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
FLOAT: list[dict[str, int | str]] = [
    {"objective": objective, "m": m} for objective, m in itertools.product(OBJECTIVES, (1, 4, 16))
]

TUNED = Family(
    name="tuned",
    title="Tuned",
    source="this project, tuning/",
    definition="p = antilog(log a + log b + c);  q = floor(2^f antilog(log n - log d - c));  r = antilog(n log a + c);"
    " c a constant, or one for each segment of the fractions",
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
    floats={
        "mul": float_product(_float_scheme("mul"), (OBJECTIVE, _float_m("mul")), tuple(FLOAT)),
        "div": float_quotient(_float_scheme("div"), (OBJECTIVE, _float_m("div")), tuple(FLOAT)),
        **{name: float_power(name, _power_scheme(name), (OBJECTIVE, FRACTION_M), tuple(FLOAT)) for name in POWERS},
    },
    status="ours",
    note="With domain linear, c is added to the product over 2^(k1+k2) instead, as MBM and REALM do. Constants of"
    " floats are whole last places, the best ones for the fractions of their format; those of roots are halved with the"
    " logarithm, and with m > 1 there is one for either parity of the exponent. On 8-bit floats most are 0.",
)
