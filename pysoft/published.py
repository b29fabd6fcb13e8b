"""Error figures that were printed elsewhere, with their digits: what the catalogue's definitions are held against."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .errors import ErrorMetrics

__all__ = ["FIGURES", "PUBLISHED", "Published"]


def _number(figure: Fraction | float | None) -> float:
    """One that floats do not have."""
    return math.nan if figure is None else float(figure)


FIGURES: dict[str, Callable[[ErrorMetrics], float]] = {
    "MRED %": lambda m: 100 * m.mred_with_zeros,
    "NMED 1e-2": lambda m: 100 * _number(m.nmed),
    "WCE": lambda m: _number(m.wce),
    "WCE 1e6": lambda m: _number(m.wce) / 1e6,
    "worst %": lambda m: 100 * float(m.peak),
    "worst, large %": lambda m: 100 * float(m.large.peak) if m.large else math.nan,
    "mean %": lambda m: 100 * m.mred_without_zeros,
    "bias %": lambda m: 100 * m.bias,
}
"""Name and unit of a printed figure, and how it is measured over all pairs of operands."""


@dataclass(frozen=True)
class Published:
    """One printed figure.

    Parameters
    ----------
    operator : str
        Name of the operator it is of.
    figure : str
        A key of ``FIGURES``.
    printed : str
        The number as printed.
    source : str
        Who printed it.
    measured : str
        What the definition gives in as many digits, where that is something else; empty where it is the same.
    reason : str
        Why they differ, as far as known.
    """

    operator: str
    figure: str
    printed: str
    source: str
    measured: str = ""
    reason: str = ""

    def measure(self, metrics: ErrorMetrics) -> str:
        """The figure in as many digits as were printed, a half rounded up."""
        unit = Decimal(1).scaleb(-len(self.printed.partition(".")[2]))
        return str(Decimal(FIGURES[self.figure](metrics)).quantize(unit, ROUND_HALF_UP))


KIM = "Kim et al. 2019"
YIN = "Yin et al. 2021"
MINIMALLY_BIASED = "Saadat et al. 2018"
REDUCED_ERROR = "Saadat et al. 2020"

SMALL_OPERANDS = "printed of random pairs, which miss 3 x 3 -> 8"


def _rows(source: str, figures: tuple[str, ...], *rows: str) -> tuple[Published, ...]:
    """Rows ``operator printed printed ...``; ``-`` for what was not printed, ``a!b`` for a printed and b measured."""
    result = []
    for row in rows:
        operator, *values = row.split()
        for figure, value in zip(figures, values, strict=True):
            if value != "-":
                printed, _, measured = value.partition("!")
                result.append(Published(operator, figure, printed, source, measured))
    return tuple(result)


PUBLISHED: tuple[Published, ...] = (
    *_rows(
        KIM,
        ("MRED %", "NMED 1e-2", "WCE", "worst %"),
        "mul-u8-mitchell    3.76 0.933 4096 11.111",
        "mul-u8-mitchw-w4  10.26 2.78  -    23.53",
        "mul-u8-mitchw-w5   6.57 1.78  -    17.25",
        "mul-u8-mitchw-w6   4.79 1.27  -    13.83",
        "mul-u8-mitchw-w7   4.02 1.03  -    12.03",
    ),
    *_rows(
        KIM,
        ("MRED %", "NMED 1e-2", "WCE 1e6", "worst %"),
        "mul-u16-mitchell  3.85 0.926 268.435 11.111",
        "mul-u16-mitchw-w6 5.90 1.442 370.05  14.699",
    ),
    *_rows(
        YIN,
        ("MRED %", "WCE", "worst %"),
        "mul-u8-dralm-t5   4.32 5888 18.75",
        "mul-u8-dralm-t6   2.91 4225 11.58",
        "mul-u8-dralm-t7   2.74 3969 11.11",
        "mul-u8-almsoa-m4  3.43!3.44 - -",
        "mul-u8-almsoa-m6 11.16 -    -",
        "mul-u8-almsoa-m7 23.28 -    -",
    ),
    *_rows(
        YIN,
        ("MRED %", "NMED 1e-2", "WCE 1e6", "worst %"),
        "mul-u16-dralm-t6    3.03 -     301.892 12.496",
        "mul-u16-almsoa-m11  3.33!3.35 -     -       -",
        "mul-u16-almsoa-m13  5.36!5.35 -     -       -",
        "mul-u16-almsoa-m15 22.43!22.41 -     -       -",
        "mul-u16-drum-k4     5.89 1.410 519.96  26.563",
        "mul-u16-drum-k5     2.94 0.705 264.11  12.891",
        "mul-u16-drum-k6     1.47 0.353 133.04   6.348",
    ),
    *_rows(MINIMALLY_BIASED, ("bias %", "MRED %"), "mul-u8-mbm 0.05 2.69"),
    *_rows(
        MINIMALLY_BIASED,
        ("bias %", "mean %"),
        "mul-u16-mbm    -0.09 2.58",
        "mul-u16-mbm-t1 -0.09 2.58",
        "mul-u16-mbm-t2 -0.09 2.58",
        "mul-u16-mbm-t3 -0.09 2.58",
        "mul-u16-mbm-t4 -0.09 2.58",
        "mul-u16-mbm-t5 -0.09 2.58",
        "mul-u16-mbm-t6 -0.09 2.59",
        "mul-u16-mbm-t7 -0.08 2.59",
        "mul-u16-mbm-t8 -0.08 2.60",
    ),
    Published("mul-u8-mbm", "worst %", "7.81", MINIMALLY_BIASED, "11.11", SMALL_OPERANDS),
    Published("mul-u8-mbm", "worst, large %", "7.81", MINIMALLY_BIASED),
    Published("mul-u16-realm-m16", "mean %", "0.4", REDUCED_ERROR),
    Published("mul-u16-realm-m16", "worst, large %", "2.08", REDUCED_ERROR, "2.09", "printed of random pairs"),
)
