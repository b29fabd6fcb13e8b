"""That Taylor's polynomials of even order are positive: exactly, and by approximate products."""

from fractions import Fraction
from itertools import pairwise
from math import factorial

import numpy as np
import pytest

from pysoft.arithmetic import Arithmetic
from pysoft.attention.positivity import count_zeros, stays_positive
from pysoft.attention.taylor import taylor_exponential
from pysoft.named_arithmetic import named_arithmetic

FAMILIES = ["exact", "mitchell", "lmul", "tuned-minimax-m4", "tuned-minimax-m16", "realm-m8", "mbm", "gh", "realm-m4"]


def taylor(order):
    return [Fraction(1, factorial(i)) for i in range(order + 1)]


def value(polynomial, t):
    return sum(c * t**i for i, c in enumerate(polynomial))


def interval(polynomial, low, high):
    """Ends that enclose the polynomial between low and high, both below 0: Horner's rule on intervals."""
    ends = (Fraction(0), Fraction(0))
    for c in reversed(polynomial):
        products = [end * t for end in ends for t in (low, high)]
        ends = (min(products) + c, max(products) + c)
    return ends


def sign_changes(polynomial, t):
    """Of Sturm's chain at t."""
    chain = [polynomial, [i * c for i, c in enumerate(polynomial)][1:]]
    while len(chain[-1]) > 1:
        a, b = list(chain[-2]), chain[-1]
        while len(a) >= len(b):
            factor = a[-1] / b[-1]
            a = [c - factor * (b[i - len(a) + len(b)] if i >= len(a) - len(b) else 0) for i, c in enumerate(a)][:-1]
        while a and not a[-1]:
            a.pop()
        if not a:
            break
        chain.append([-c for c in a])
    signs = [s for s in (value(p, t) for p in chain) if s]
    return sum((a > 0) != (b > 0) for a, b in pairwise(signs))


def zeros(polynomial, low, high, width):
    """Intervals (a, b] of that width, each of which has one zero; all those between low and high."""
    found, todo = [], [(low, high)]
    while todo:
        a, b = todo.pop()
        count = sign_changes(polynomial, a) - sign_changes(polynomial, b)
        if count == 1 and b - a <= width:
            found.append((a, b))
        elif count:
            todo += [(a, (a + b) / 2), ((a + b) / 2, b)]
    return found


@pytest.mark.parametrize("order", [2, 4, 6, 8, 10, 12])
def test_even_orders_have_a_minimum_above_zero(order):
    p, derivative = taylor(order), taylor(order - 1)
    (a, b), *others = zeros(derivative, Fraction(-2 * order), Fraction(0), Fraction(1, 1 << 40))
    assert not others  # Cauchy: all zeros of P' are nearer to 0 than 2 order
    low, high = interval(p, a, b)
    assert 0 < low <= high < 1
    theorem = [t**order / factorial(order) for t in (b, a)]  # P = P' + t^n / n!, and P' = 0
    assert low <= theorem[1]
    assert theorem[0] <= high
    assert high - low < Fraction(1, 1 << 20)
    assert 0 == count_zeros(p)


@pytest.mark.parametrize("order", [1, 3, 5, 7, 9, 11])
def test_odd_orders_are_negative_somewhere(order):
    assert value(taylor(order), Fraction(-2 * order)) < 0
    assert 1 == count_zeros(taylor(order))


@pytest.mark.parametrize(
    ("roots", "factor", "count"),
    [
        ([1, 2, 3], [1], 3),
        ([-5, 5], [1, 0, 1], 2),
        ([4, 4, 4, 2], [1], 2),
        ([], [7], 0),
        ([], [1, 1, 1], 0),
        ([0], [1], 1),
    ],
)
def test_zeros_are_counted_once(roots, factor, count):
    polynomial = [Fraction(c) for c in factor]
    for root in roots:
        polynomial = [a - root * b for a, b in zip([0, *polynomial], [*polynomial, 0], strict=True)]
    assert count == count_zeros(polynomial)


class Wrong(Arithmetic):
    """Products with errors drawn between two limits."""

    def __init__(self, low, high, seed):
        super().__init__()
        self._low, self._high, self._random = low, high, np.random.default_rng(seed)

    def multiply(self, a, b):
        product = super().multiply(a, b)
        draws = self._random.choice([self._low, self._high], product.shape)
        return (product * (1 + draws)).astype(np.float32)


T = np.linspace(-6, 1, 200001).astype(np.float32)


@pytest.mark.parametrize("order", [2, 4, 6])
@pytest.mark.parametrize(
    ("inside", "outside"),
    [((-0.999, 0.999), (-0.999, 1.01)), ((-0.11, 0.11), (-0.15, 0.15)), ((-0.03, 0.03), (-0.05, 0.05))],
)
def test_the_theorem_tells_multipliers_that_may_fail(order, inside, outside):
    limits = {2: (-0.999, 0.999), 4: (-0.11, 0.11), 6: (-0.03, 0.03)}
    for low, high in (inside, outside):
        safe = stays_positive(order, Fraction(low), Fraction(high), precision=24)
        worst = min(taylor_exponential(Wrong(low, high, seed), T, order).min() for seed in range(8))
        assert safe == (worst > 0)
        assert safe == (high <= limits[order][1] or (order == 2 and high < 1))


@pytest.mark.parametrize(
    ("order", "limits"),
    [(4, ((-0.249, 0), (0, 0.209), (-0.115, 0.115))), (6, ((-0.0629, 0), (0, 0.0593), (-0.0305, 0.0305)))],
)
def test_limits_of_the_document(order, limits):
    for low, high in limits:
        assert stays_positive(order, Fraction(low), Fraction(high))
        assert not stays_positive(order, Fraction(low) * Fraction("1.01"), Fraction(high) * Fraction("1.01"))


def test_rounded_coefficients_and_constants_count():
    # Without the rounding of one of the two, the limit would be at -0.059 or -0.090, and without any at -0.249.
    assert stays_positive(4, Fraction("-0.02"), Fraction(0), precision=4)
    assert not stays_positive(4, Fraction("-0.03"), Fraction(0), precision=4)
    assert stays_positive(4, Fraction("-0.23"), Fraction(0), precision=8)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_score_of_bfloat16_is_positive_where_it_is_proved(family):
    arithmetic = Arithmetic.of_family(family, "bf16", threads=1)
    t = arithmetic.format.values()
    t = t[np.isfinite(t.astype(np.float32))]
    bound = arithmetic.bound("multiply")
    proved = [order for order in (2, 4, 6) if stays_positive(order, bound.lower, bound.upper, precision=8)]
    assert 2 in proved
    for order in proved:
        weights = taylor_exponential(arithmetic, t, order).astype(np.float32)
        assert (weights > 0).all()


def test_a_multiplier_of_the_catalogue_fails_where_nothing_is_proved():
    arithmetic = named_arithmetic("f32-realm-m8", threads=1)
    bound = arithmetic.bound("multiply")
    assert not stays_positive(8, bound.lower, bound.upper, precision=24)
    assert taylor_exponential(arithmetic, np.float32([-2.7500041]), 8) < 0


@pytest.mark.parametrize(
    ("arguments", "precision", "message"),
    [
        ((3, 0, 0), None, "even"),
        ((2, 1, 0), None, "in order"),
        ((2, -2, 0), None, "-1 or more"),
        ((2, 0, 0), 2, "3 to 27"),
    ],
)
def test_parameters_out_of_range_are_refused(arguments, precision, message):
    with pytest.raises(ValueError, match=message):
        stays_positive(arguments[0], *map(Fraction, arguments[1:]), precision=precision)
