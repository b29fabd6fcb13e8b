"""The best single constant in the log domain, before it is quantised.

The constant c >= 0 is added to the logarithm of a product, or taken from that of a quotient; x and y are uniform.

minimax
    The relative error of a product is c at x = y = 0 and falls to 8 / (3 - c)^2 - 1 at x = y = (1 - c) / 2, where the
    antilogarithm enters the next binade: (1 - c) (3 - c)^2 = 8. That of a quotient is -c / (1 + c) where x = c, y = 0
    and rises to (3 - c)^2 / 8 - 1 at x = 0, y = (1 - c) / 2: (1 + c) (3 - c)^2 = 8 (1 + 2 c).
zerobias
    :func:`bias` is 0: dilogarithms for a product, logarithms for a quotient.
mred
    The derivative of the mean of abs(e) with respect to c is 0: the error is positive with as much weight R'(s) / E as
    it is negative. E is the exact significand, R that of the approximation, s the argument of its antilogarithm; the
    error of a product is positive where x y < c, where (1 - x) (1 - y) < 2 c behind the first carry, and everywhere
    behind the second.
"""

from collections.abc import Callable
from math import log, log1p, pi

from .search import OBJECTIVES
from .segment import OPERATIONS, statistics

__all__ = ["bias", "constant", "dilogarithm"]

MINIMAX = {"mul": (-1, 15, -7, 1), "div": (1, -13, -5, 1)}  # both equations as polynomials, from the constant term up
LN2 = log(2)
SUM_OVER_PRODUCT = 2 * LN2 - 2 * LN2**2  # mean of (x + y) / ((1 + x) (1 + y))


def constant(operation: str, objective: str) -> float:
    """The constant that is best for an objective.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    objective : str
        ``minimax``, ``zerobias`` or ``mred``.

    Returns
    -------
    float
        With an error of some 1e-14.

    Raises
    ------
    ValueError
        If operation or objective is not one of those named.

    Examples
    --------
    >>> [f"{constant('mul', objective):.10f}" for objective in ("minimax", "zerobias", "mred")]
    ['0.0688575362', '0.0566232707', '0.0462355748']
    """
    if operation not in OPERATIONS or objective not in OBJECTIVES:
        raise ValueError(
            f"operation is one of {OPERATIONS} and objective of {OBJECTIVES}, not {operation!r}, {objective!r}"
        )
    if objective == "minimax":
        a0, a1, a2, a3 = MINIMAX[operation]
        return _zero(lambda c: ((a3 * c + a2) * c + a1) * c + a0)
    if objective == "zerobias":
        return _zero(lambda c: bias(operation, c))
    return _zero(lambda c: float(statistics(operation, "log", 0.0, 1.0, 0.0, 1.0, c).slope))


def bias(operation: str, c: float) -> float:
    """Mean of the signed relative error with the constant c in the log domain, in closed form.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    c : float
        0 <= c < 1.

    Raises
    ------
    ValueError
        If the operation is not one of those named, or c is out of its range.

    Examples
    --------
    >>> f"{bias('mul', 0):.8f} {bias('div', 0):.8f}"
    '-0.03848799 0.04101803'
    """
    if operation not in OPERATIONS:
        raise ValueError(f"operation is one of {OPERATIONS}, not {operation!r}")
    if not 0 <= c < 1:
        raise ValueError(f"a constant is in [0, 1), not {c}")
    if operation == "mul":  # R = 1 + s + (s - 1)+ + 2 (s - 2)+, s = x + y + c
        return (1 + c) * LN2**2 + SUM_OVER_PRODUCT + _excess(1 - c) + 2 * _excess(2 - c) - 1
    # R = 1 + s/2 + (s)+ / 2 + (-1 - s)+ / 4, s = x - y - c
    plane = (1 - c / 2) * 1.5 * LN2 + 0.75 * (1 - LN2) - 5 / 12 * LN2
    a = 1 + c
    square, cube = _over_u(a, 2.0)
    above = square / 2 + cube / 6
    square, cube = _over_u(a, 1.0)  # from a down to 1
    below = -square - cube / 6
    return plane + above / 2 + below / 4 - 1


def _excess(t: float) -> float:
    """Mean of (x + y - t)+ / ((1 + x) (1 + y)), 0 < t <= 2."""
    # A and D: means of 1 / ((1 + x) (1 + y)) and of 1 / (1 + x) where x + y < t
    if t <= 1:
        A = log1p(t) * log(2 + t) - dilogarithm((1 + t) / (2 + t)) + dilogarithm(1 / (2 + t))
        D = (1 + t) * log1p(t) - t
    else:
        A = LN2 * log(t) + log(2 + t) * log(2 / t) - dilogarithm(2 / (2 + t)) + dilogarithm(t / (2 + t))
        D = log(t) + (1 + t) * log(2 / t) - (2 - t)
    return SUM_OVER_PRODUCT - t * LN2**2 + (t + 2) * A - 2 * D


def _over_u(a: float, end: float) -> tuple[float, float]:
    """Integrals of (u - a)^2 / u and of (u - a)^3 / u from u = a to ``end``."""
    first, second, third = (end**n - a**n for n in (1, 2, 3))
    logarithm = log(end / a)
    return (
        second / 2 - 2 * a * first + a**2 * logarithm,
        third / 3 - 1.5 * a * second + 3 * a**2 * first - a**3 * logarithm,
    )


def dilogarithm(z: float) -> float:
    """Li2(z) = sum of z^k / k^2, k = 1, 2, ...

    Parameters
    ----------
    z : float
        0 <= z < 1.

    Raises
    ------
    ValueError
        If z is out of its range.

    Examples
    --------
    >>> f"{dilogarithm(0.5):.12f}"
    '0.582240526465'
    """
    if not 0 <= z < 1:
        raise ValueError(f"z is in [0, 1), not {z}")
    if z > 0.5:  # Euler's reflection
        return pi**2 / 6 - log(z) * log1p(-z) - dilogarithm(1 - z)
    return sum(z**k / k**2 for k in range(1, 54))


def _zero(function: Callable[[float], float], low: float = 0.01, high: float = 0.2) -> float:
    """Where a function with one change of sign changes it: bisection down to neighbouring floats."""
    positive = function(high) > 0
    while low < (middle := (low + high) / 2) < high:
        if (function(middle) > 0) == positive:
            high = middle
        else:
            low = middle
    return low
