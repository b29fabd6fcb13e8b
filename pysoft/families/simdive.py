"""SIMDive: Mitchell's operations with 64 log-domain corrections, as data. Twin in hardware: ``rtl/logarithmic.py``."""

from ..logarithmic import Correction, Scheme
from .family import Family, logarithmic_product, logarithmic_quotient

__all__ = ["SIMDIVE"]

COEFFICIENT_BITS = 15  # unit 2^-15, that of a 16-bit operand's fraction

# Rows by the leading three fraction bits of the first operand, columns by those of the second.
PRODUCT = (
    (61, 301, 488, 576, 730, 1120, 1234, 615),
    (301, 954, 1538, 2308, 3128, 2060, 2596, 960),
    (488, 1538, 2740, 4048, 5120, 3584, 2304, 819),
    (576, 2308, 4048, 5120, 4232, 3072, 1816, 640),
    (730, 3128, 5120, 4232, 3340, 2344, 1338, 435),
    (1120, 2060, 3584, 3072, 2344, 1728, 1024, 384),
    (1234, 2596, 2304, 1816, 1338, 1024, 642, 224),
    (615, 960, 819, 640, 435, 384, 224, 49),
)
QUOTIENT = (
    (33, 2531, 4222, 4423, 4626, 4096, 2520, 256),
    (187, 257, 2297, 3175, 3445, 3013, 2101, 822),
    (481, 682, 347, 1631, 2252, 2172, 1448, 744),
    (771, 1246, 992, 409, 1134, 1529, 1162, 515),
    (591, 2037, 2043, 1074, 414, 703, 836, 363),
    (1073, 2537, 3009, 2531, 1541, 391, 428, 293),
    (1286, 3584, 3617, 3840, 3046, 1561, 371, 122),
    (1616, 3853, 5306, 5205, 4352, 2906, 1732, 355),
)


def _scheme(table: tuple[tuple[int, ...], ...], width: int) -> Scheme:
    """Coefficients keep as many bits as the fractions have, as the 8-bit lanes of the source do."""
    bits = min(COEFFICIENT_BITS, width - 1)
    cut = tuple(tuple(entry >> COEFFICIENT_BITS - bits for entry in row) for row in table)
    return Scheme(kept=width - 1, correction=Correction(cut, bits, "log"))


SIMDIVE = Family(
    name="simdive",
    title="SIMDive",
    source="Ebrahimi, Ullah, Kumar, SIMDive: Approximate SIMD Soft Multiplier-Divider for FPGAs with Tunable Accuracy,"
    " GLSVLSI 2020",
    definition="p = antilog(log a + log b + c);  q = floor(2^f antilog(log n - log d - c)), c from 8 x 8 segments",
    operations={
        "mul": logarithmic_product(lambda width: _scheme(PRODUCT, width), minimum_width=4),
        "div": logarithmic_quotient(lambda width: _scheme(QUOTIENT, width), minimum_width=4),
    },
    status="unconfirmed",
    note="Coefficients and their place are those of the authors' circuits; of the paper only the abstract was at"
    " hand: a divider below 0.8 %, which it meets. Where the circuits wrap around (x1 + x2 + c >= 2,"
    " x1 - x2 - c < -1) the carry is kept here. The coefficient 2060 of the segments (1, 5) and (5, 1) looks like a"
    " slip for 4108, which would lower the mean from 0.88 % to 0.82 %; it is kept as published.",
)
