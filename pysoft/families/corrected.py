"""Published families that correct the error by a constant or a table: plain data. Twin: ``rtl/logarithmic.py``."""

from functools import cache

import numpy as np

from ..logarithmic import Correction, Scheme, SplitCorrection
from ..operation import Parameter
from .family import Family, float_product, logarithmic_product, logarithmic_quotient

__all__ = ["INZED", "MBM", "REALM", "TRUNCATION", "realm_table", "truncated"]

TRUNCATION = Parameter(
    "t", lambda width: range(max(1, width - 2)), 0, "low fraction bits that are dropped; the new lowest is then a one"
)


def truncated(width: int, t: int, correction: Correction | SplitCorrection) -> Scheme:
    """A corrected scheme that drops ``t`` low fraction bits, as the parameter ``TRUNCATION`` says."""
    return Scheme(kept=width - 1 - t, last_one=t > 0, correction=correction)


def _mbm(width: int, t: int) -> Scheme:
    return truncated(width, t, Correction(((5,),), 6, "linear"))


MBM = Family(
    name="mbm",
    title="MBM, minimally biased multiplier",
    source="Saadat et al., Minimally Biased Multipliers for Approximate Integer and Floating-Point Multiplication,"
    " IEEE TCAD 37, 2018",
    definition="p = floor(2^(k1+k2) (M + 5/64)), M = 1 + x1 + x2 or 2 (x1 + x2); uncorrected where that would overflow",
    operations={"mul": logarithmic_product(_mbm, (TRUNCATION,), tuple({"t": t} for t in range(9)))},
    floats={"mul": float_product(_mbm, (TRUNCATION,))},
)


@cache
def realm_table(m: int, q: int) -> tuple[tuple[int, ...], ...]:
    """REALM's correction of each of m x m segments, as numerators over 2^q.

    s_ij = [integral of the magnitude of Mitchell's relative error] / [integral of 1 / ((1 + x) (1 + y))], rounded.

    Both inner integrals, over y, are in closed form: below the line x + y = 1 the error is x y, above it
    (1 - x) (1 - y), over (1 + x) (1 + y). The outer one is a Gauss-Legendre sum over pieces on which the integrand is
    analytic, exact to rounding; no entry of the legal tables is near a tie.

    Parameters
    ----------
    m : int
        Segments along each axis, a power of two.
    q : int
        Fraction bits of an entry.

    References
    ----------
    Saadat et al., REALM, DATE 2020.

    Examples
    --------
    >>> realm_table(4, 6)
    ((1, 3, 5, 4), (3, 9, 12, 5), (5, 12, 9, 3), (4, 5, 3, 1))
    """
    nodes, weights = np.polynomial.legendre.leggauss(24)
    edges = np.arange(m + 1) / m
    x = edges[:-1, None] + (nodes + 1) / (2 * m)  # the line meets the edges of a segment at its corners alone
    low, high = edges[:-1], edges[1:]
    line = np.clip((1 - x)[:, :, None], low, high)  # [row, node, column]: where y crosses it

    def below(y: np.ndarray) -> np.ndarray:
        return y - np.log1p(y)

    def above(y: np.ndarray) -> np.ndarray:
        return 2 * np.log1p(y) - y

    inner = (x / (1 + x))[:, :, None] * (below(line) - below(low))
    inner += ((1 - x) / (1 + x))[:, :, None] * (above(high) - above(line))
    error = (inner * weights[:, None]).sum(axis=1) / (2 * m)
    share = np.diff(np.log1p(edges))
    table = np.rint(error / np.outer(share, share) * 2**q).astype(int)
    return tuple(tuple(int(entry) for entry in row) for row in table)


def _segments(width: int) -> tuple[int, ...]:
    return tuple(m for m in (4, 8, 16) if m <= 1 << width - 1)


def _realm(width: int, m: int, t: int, q: int) -> Scheme:
    return truncated(width, t, Correction(realm_table(m, q), q, "linear"))


def _realm_configurations(*ts: int) -> tuple[dict[str, int | str], ...]:
    return tuple({"m": m, "t": t} for m in (4, 8, 16) for t in ts)


REALM_PARAMETERS = (
    Parameter("m", _segments, None, "segments of each fraction"),
    TRUNCATION,
    Parameter("q", lambda width: range(4, 11), 6, "fraction bits of the table"),
)

REALM = Family(
    name="realm",
    title="REALM, reduced-error approximate log-based multiplier",
    source="Saadat et al., REALM: Reduced-Error Approximate Log-based Integer Multiplier, DATE 2020",
    definition="p = floor(2^(k1+k2) (M + s)), M = 1 + x1 + x2 or 2 (x1 + x2), s from an m x m table over x1 and x2",
    operations={"mul": logarithmic_product(_realm, REALM_PARAMETERS, _realm_configurations(0, 4, 8))},
    floats={"mul": float_product(_realm, REALM_PARAMETERS, _realm_configurations(0))},
)

INZED = Family(
    name="inzed",
    title="INZeD, integer divider with near-zero error bias",
    source="Saadat et al., Approximate Integer and Floating-Point Dividers with Near-Zero Error Bias, DAC 2019",
    definition="q = floor(2^(f+k1-k2) (M - 5/128)), M = 1 + x1 - x2 or (2 + x1 - x2) / 2",
    operations={
        "div": logarithmic_quotient(
            lambda width, t: truncated(width, t, Correction(((5,),), 7, "linear")),
            (TRUNCATION,),
            tuple({"t": t} for t in (0, 4, 8)),
        )
    },
    status="unconfirmed",
    note="Read from the abstract, which prints the bias of its configurations alone: 0.01 % to 4.4 %. The constant is"
    " the one that nulls the mean relative error, 0.03945, as the same authors' multiplier does, in as few ones."
    " Uniform fractions then have a bias of 0.04 %.",
)
