import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
from limits import FINE, check_limits, count_product_examples, pairs, signs

from pysoft.families import FAMILIES
from pysoft.logarithmic import Correction, LowerPart, Scheme, SplitCorrection, divide, multiply
from pysoft.logarithmic_bound import product_bound, quotient_bound

SPARE = 6  # bits below the operands: enough that no product of at most 8-bit operands is cut off


def schemes(operation, width, every=False, names=tuple(FAMILIES)):
    """The families that are data: at the configurations that stand for them, or at every choice of parameters."""
    for name in names:
        implementation = FAMILIES[name].operations.get(operation)
        if implementation is None or implementation.scheme is None:
            continue
        parameters = implementation.parameters
        if every:
            legal = itertools.product(*(p.legal(width) for p in parameters))
            choices = [dict(zip([p.name for p in parameters], values, strict=True)) for values in legal]
        else:
            defaults = {p.name: p.default for p in parameters}
            choices = [defaults | dict(c) for c in implementation.configurations_at(width)]
        for own in choices:
            label = "-".join([f"{operation}-u{width}-{name}", *(f"{key}{value}" for key, value in own.items())])
            yield pytest.param(width, implementation.scheme(width, **own), id=label)


def narrow_schemes(operation):
    """Of operands that are few enough to try all pairs."""
    every = [*schemes(operation, 6, every=True), *schemes(operation, 7, every=True, names=["split"])]
    return [*schemes(operation, 3), *every, *schemes(operation, 8)]


def check_truncation(bound, results, numerators, denominators=1, *, unit=1):
    """Results in units of ``unit``, like the exact numerators / denominators, are within the bound."""
    assert signs(bound.lower, results + int(bound.truncation / unit), numerators, denominators).min() >= 0
    assert signs(bound.upper, results, numerators, denominators).max() <= 0


# Every pair of operands


@pytest.mark.parametrize(("width", "scheme"), narrow_schemes("mul"))
def test_product_bound_is_exact_over_all_pairs(width, scheme):
    bound = product_bound(scheme, width)
    a, b = pairs(width)
    whole = multiply(scheme, a << SPARE, b << SPARE, width + SPARE).astype(int)  # the same fractions, nothing cut off
    products, exact = multiply(scheme, a, b, width).astype(int), (a * b).astype(int)
    check_limits(bound, whole, exact << 2 * SPARE)
    check_truncation(bound, products, exact)
    assert bound.truncation == int((products << 2 * SPARE != whole).any())


@pytest.mark.parametrize(("width", "scheme"), narrow_schemes("div"))
def test_quotient_bound_is_exact_over_all_pairs(width, scheme):
    bound = quotient_bound(scheme, width, FINE)
    n, d = pairs(width)
    numerators, denominators = n.astype(int), d.astype(int)
    check_limits(bound, divide(scheme, n, d, width, FINE).astype(int), numerators << FINE, denominators)
    for f in (0, 4):
        unit = Fraction(1, 1 << f)
        cut = quotient_bound(scheme, width, f)
        assert (cut.lower, cut.upper, cut.truncation) == (bound.lower, bound.upper, unit)
        quotients = divide(scheme, n, d, width, f).astype(int)
        check_truncation(cut, quotients, numerators << f, denominators, unit=unit)


# Wide formats


def operands(width, count=500):
    """Of all lengths, a quarter of them next to a power of two, where pieces meet."""
    rng = np.random.default_rng(width)
    n = rng.integers(1 << (width - 1), 1 << width, (2, count), dtype=np.uint64)
    near = rng.random((2, count)) < 0.25
    n = np.where(near, (np.uint64(1) << np.uint64(width - 1)) + (n % np.uint64(5)), n)
    return np.maximum(n >> rng.integers(0, width, (2, count), dtype=np.uint64), 1)


@pytest.mark.parametrize(("width", "scheme"), [*schemes("mul", 16), *schemes("mul", 32)])
def test_wide_products_keep_the_bound_and_attain_it(width, scheme):
    bound = product_bound(scheme, width)
    a, b = operands(width)
    check_truncation(bound, multiply(scheme, a, b, width).astype(object), a.astype(object) * b.astype(object))
    assert count_product_examples(bound, scheme, width) == 2


@pytest.mark.parametrize(("width", "scheme"), [*schemes("div", 16), *schemes("div", 32)])
def test_wide_quotients_keep_the_bound_and_attain_it(width, scheme):
    f = 24
    bound = quotient_bound(scheme, width, f)
    n, d = operands(width)
    quotients = divide(scheme, n, d, width, f).astype(object)
    check_truncation(bound, quotients, n.astype(object) << f, d.astype(object), unit=Fraction(1, 1 << f))
    places = bound.attained.split("; ")
    assert len(places) == 2
    for limit, place in zip((bound.lower, bound.upper), places, strict=True):
        if not place.endswith("before truncation"):
            error, n, d, q = re.fullmatch(r"(\S+) at .*, such as (\d+) / (\d+) -> (\S+)", place).groups()
            got = divide(scheme, *np.array([[n], [d]], dtype=np.uint64), width, f)[0]
            assert Fraction(q) == Fraction(int(got), 1 << f)
            assert limit == Fraction(error) == Fraction(q) * Fraction(int(d), int(n)) - 1


# Closed forms and published figures


@pytest.mark.parametrize("width", range(2, 33))
def test_bounds_of_mitchell_are_his(width):
    product, quotient = product_bound(Scheme(width - 1), width), quotient_bound(Scheme(width - 1), width, 4)
    assert (product.lower, product.upper, product.truncation) == (Fraction(-1, 9), 0, 0)
    assert (quotient.lower, quotient.upper) == (0, Fraction(1, 8))
    assert product.attained.startswith("-1/9 at x1 = x2 = 1/2, such as 3 x 3 -> 8;")
    assert quotient_bound(Scheme(width - 1), width, 2 * width - 2).truncation > 0
    assert quotient_bound(Scheme(width - 1), width, 2 * width - 1).truncation == 0
    assert quotient.attained.endswith("1/8 at x1 = 0, x2 = 1/2, such as 1 / 3 -> 3/8")


@pytest.mark.parametrize(("numerator", "bits"), [(n, bits) for bits in range(3, 8) for n in range(22 << bits >> 7)])
def test_one_constant_has_the_bound_of_its_closed_form(numerator, bits):
    c = Fraction(numerator, 1 << bits)
    width = bits + 2  # so that (1 - c) / 2 is a fraction
    scheme = Scheme(width - 1, correction=Correction(((numerator,),), bits, "log"))
    product, quotient = product_bound(scheme, width), quotient_bound(scheme, width, 0)
    assert (product.lower, product.upper) == (8 / (3 - c) ** 2 - 1, c)
    assert (quotient.lower, quotient.upper) == (-c / (1 + c), (3 - c) ** 2 / 8 - 1)


@pytest.mark.parametrize(
    ("width", "scheme", "percent"),
    [
        *((8, Scheme(w - 1), percent) for w, percent in zip(range(4, 8), (23.53, 17.25, 13.83, 12.03), strict=True)),
        (16, Scheme(5), 14.699),
        (16, Scheme(5, last_one=True, carry_in=1), 12.496),
        (8, Scheme(4, last_one=True, carry_in=1), 18.75),
    ],
)
def test_peaks_are_those_that_were_published(width, scheme, percent):
    """Kim et al. (2019) of truncated fractions, Yin et al. (2021) of a forced one with a carry in."""
    digits = len(str(percent).partition(".")[2])
    assert round(100 * float(product_bound(scheme, width).peak), digits) == percent


def test_no_bound_where_the_proof_does_not_reach():
    one = Correction(((0, 4),), 2, "linear")
    behind_an_or = Scheme(3, lower_part=LowerPart(2, "or"), correction=Correction(((1,),), 4, "log"))
    below_zero = Scheme(3, correction=Correction(((3,),), 2, "linear"))
    assert product_bound(Scheme(3, correction=one), 4) is None
    assert quotient_bound(Scheme(3, correction=one), 4, 0) is None
    assert product_bound(behind_an_or, 4) is None
    assert product_bound(below_zero, 4) is not None
    assert quotient_bound(below_zero, 4, 0) is None


def test_split_correction_has_a_bound_within_its_range():
    first, second = SplitCorrection((0, 1), (0,), (0,), 3), SplitCorrection((0,), (0, 1), (0,), 3)
    whole = SplitCorrection((0,), (0,), (0, 8), 3)
    for correction in (first, second, whole):
        assert product_bound(Scheme(3, correction=correction), 4) is None  # 7/8 + 1/8 is 1
        assert quotient_bound(Scheme(3, correction=correction), 4, 0) is None
    for correction in (first, second):
        assert product_bound(Scheme(2, correction=correction), 4) is not None
        assert quotient_bound(Scheme(2, correction=correction), 4, 0) is not None


@pytest.mark.parametrize(
    "terms", [((0,), (0,), (0, 2)), ((0,), (0,), (0, 1)), ((2, 0), (0,), (0,)), ((0, 2, 0, 0), (0,), (0,))]
)
def test_truncation_of_a_split_correction_is_where_bits_are_cut_off(terms):
    scheme = Scheme(3, correction=SplitCorrection(*terms, 2))
    a, b = pairs(4)
    products = multiply(scheme, a << SPARE, b << SPARE, 4 + SPARE)
    quotients = divide(scheme, a, b, 4, FINE)
    assert product_bound(scheme, 4).truncation == int((products % (1 << 2 * SPARE)).any())
    for f in range(FINE):
        assert (quotient_bound(scheme, 4, f).truncation > 0) == (quotients % (1 << FINE - f)).any()


@pytest.mark.parametrize(
    ("segments", "entry", "error", "place"),
    [
        # 15 x 15 reaches the end of the product
        (2, 15, Fraction(19, 21), "x1 = 3/4, x2 = 7/8, such as 7 x 15 -> 200"),
        (8, 4, Fraction(23, 225), "x1 = x2 = 7/8, such as 15 x 15 -> 248"),  # there is no other pair in the segment
    ],
)
def test_upper_limit_minds_the_end_of_the_product(segments, entry, error, place):
    table = [[0] * segments for _ in range(segments)]
    table[-1][-1] = entry
    scheme = Scheme(3, correction=Correction(tuple(map(tuple, table)), 4, "log"))
    bound = product_bound(scheme, 4)
    assert bound.upper == error
    assert bound.attained.endswith(f"{error} at {place}")
