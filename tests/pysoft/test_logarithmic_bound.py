import itertools
import random
import re
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.logarithmic import Correction, LowerPart, Scheme, SplitCorrection, divide, multiply
from pysoft.logarithmic_bound import product_bound, quotient_bound

SPARE = 6  # bits below the operands: enough that no product of at most 8-bit operands is cut off
FINE = 20  # fraction bits: enough that no quotient of at most 8-bit operands is cut off


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


def random_table(rng, width, divide):
    bits = rng.randint(1, 7)
    end = 1 << bits if not divide else 1 << (bits - 1)  # no quotient is corrected to 0
    rows, columns = (1 << rng.randint(0, min(3, width - 1)) for _ in range(2))
    peak = rng.choice([1, 2, end])
    table = tuple(tuple(rng.randrange(peak) for _ in range(columns)) for _ in range(rows))
    return Correction(table, bits, rng.choice(["log", "linear"]))


def keep(x, kept, last_one):
    """A kept fraction, unit 2^-kept."""
    return floor(x * 2**kept) // 2 * 2 + 1 if last_one else floor(x * 2**kept)


def random_split(rng, width, kept, last_one):
    bits = rng.randint(1, 7)
    tables = []
    for _ in range(2):
        segments = 1 << rng.randint(0, min(3, width - 1))
        tops = [keep(Fraction(i + 1, segments) - Fraction(1, 2**width), kept, last_one) for i in range(segments)]
        tables.append(tuple(rng.randrange(ceil((1 - Fraction(top, 2**kept)) * 2**bits)) for top in tops))
    segments = 1 << rng.randint(0, min(3, max(kept, bits)))
    return SplitCorrection(*tables, tuple(rng.randrange(1 << bits) for _ in range(segments)), bits)


def random_scheme(seed, divide=False):
    """(width, scheme) with any slots that the bound knows."""
    rng = random.Random(seed)
    width = rng.randint(2, 5)
    kept, last_one = rng.randint(1, width - 1), rng.random() < 0.5
    if rng.random() < 0.4:
        return width, Scheme(kept, last_one, correction=random_split(rng, width, kept, last_one))
    correction = random_table(rng, width, divide) if rng.random() < 0.8 else None
    if divide:
        return width, Scheme(kept, last_one, correction=correction)
    results = ["ones"] if correction else ["ones", "or"]
    lower = LowerPart(rng.randint(1, kept), rng.choice(results)) if rng.random() < 0.3 else None
    return width, Scheme(kept, last_one, int(last_one and rng.random() < 0.5), lower, correction)


def corner_cases():
    """(width, scheme) of products whose extremes are where pieces end in an unusual way."""
    log = lambda table, bits: Correction(tuple(map(tuple, table)), bits, "log")  # noqa: E731
    rest = [[0, 0]] * 7
    yield 6, Scheme(5, correction=log([[0], [6]], 3))  # greatest where x1 ends and x2 starts
    yield 5, Scheme(3, correction=log([[2, 3, 3, 2]], 2))  # greatest where x1 starts and x2 ends a segment
    behind_ones = Correction(((1, 3),), 2, "linear")
    yield 4, Scheme(3, lower_part=LowerPart(1, "ones"), correction=behind_ones)  # least at the top
    yield 4, Scheme(3, correction=log([*rest, [0, 14]], 4))  # greatest below the top, x1 of one value
    yield 4, Scheme(3, correction=log(zip(*[*rest, [0, 14]], strict=True), 4))  # and x2 of one value


def pairs(width):
    """All pairs of operands but 0."""
    a, b = np.meshgrid(*[np.arange(1, 1 << width, dtype=np.uint64)] * 2)
    return a.ravel(), b.ravel()


def signs(limit, results, numerators, denominators):
    """Of r - (1 + limit) e, where e = numerator / denominator: exact, in Python integers where 64 bits are too few."""
    low, high = results * denominators, numerators
    p, q = limit.denominator, limit.numerator + limit.denominator
    if max(int(low.max()) * p, int(high.max()) * abs(q)) >= 1 << 62:
        low, high = low.astype(object), high.astype(object)
    return np.sign(low * p - high * q)


def check_limits(bound, results, numerators, denominators=1):
    """Results that nothing is cut off of are within the limits, and some are at either."""
    assert signs(bound.lower, results, numerators, denominators).min() == 0
    assert signs(bound.upper, results, numerators, denominators).max() == 0


def check_truncation(bound, results, numerators, denominators=1, *, unit=1):
    """Results in units of ``unit``, like the exact numerators / denominators, are within the bound."""
    assert signs(bound.lower, results + int(bound.truncation / unit), numerators, denominators).min() >= 0
    assert signs(bound.upper, results, numerators, denominators).max() <= 0


def count_product_examples(bound, scheme, width):
    """How many of the limits are met by operands that the bound names: all of those are tried."""
    count = 0
    for limit, place in zip((bound.lower, bound.upper), bound.attained.split("; "), strict=True):
        if not place.endswith("before truncation"):
            error, a, b, p = re.fullmatch(r"(\S+) at .*, such as (\d+) x (\d+) -> (\d+)", place).groups()
            assert p == str(multiply(scheme, *np.array([[a], [b]], dtype=np.uint64), width)[0])
            assert limit == Fraction(error) == Fraction(int(p), int(a) * int(b)) - 1
            count += 1
    return count


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


def value(scheme, width, x1, x2, top):
    """The significand of the product before it is cut off, by the definitions of the slots.

    ``top``: whether both operands have ``width`` bits.
    """
    kept = [keep(x, scheme.kept, scheme.last_one) for x in (x1, x2)]
    s = sum(kept) + scheme.carry_in
    if scheme.lower_part is not None:
        end = 2**scheme.lower_part.bits
        low = [n % end for n in kept]
        carry = all(n >= end // 2 for n in low)
        s = end * (sum(n // end for n in kept) + carry)
        s += end - 1 if scheme.lower_part.result == "ones" else low[0] | low[1]
    s, correction = Fraction(s, 2**scheme.kept), scheme.correction
    binade = lambda L: 2 ** floor(L) * (1 + L - floor(L))  # noqa: E731
    if correction is None:
        return binade(s)
    if isinstance(correction, SplitCorrection):
        read = lambda table, x: Fraction(table[floor(x * len(table))], 2**correction.bits)  # noqa: E731
        s += read(correction.first, x1) + read(correction.second, x2)
        return binade(s) - 2 ** floor(s) * read(correction.antilog, s % 1)
    rows, columns = len(correction.table), len(correction.table[0])
    c = Fraction(correction.table[floor(x1 * rows)][floor(x2 * columns)], 2**correction.bits)
    corrected = binade(s + c) if correction.domain == "log" else binade(s) + c
    if top and corrected >= 4:
        return 4 - Fraction(2, 2 ** max(scheme.kept, correction.bits)) if correction.domain == "log" else binade(s)
    return corrected


@pytest.mark.parametrize(("width", "scheme"), [*map(random_scheme, range(160)), *corner_cases()])
def test_product_bound_of_any_scheme_is_exact(width, scheme):
    bound = product_bound(scheme, width)
    errors, cut = [], False
    for a, b in itertools.product(range(1, 1 << width), repeat=2):
        k1, k2 = a.bit_length() - 1, b.bit_length() - 1
        x1, x2 = Fraction(a, 1 << k1) - 1, Fraction(b, 1 << k2) - 1
        v = value(scheme, width, x1, x2, k1 == k2 == width - 1)
        errors.append(v / ((1 + x1) * (1 + x2)) - 1)
        cut |= (v * 2 ** (k1 + k2)).denominator > 1
    assert (min(errors), max(errors)) == (bound.lower, bound.upper)
    assert bound.truncation >= cut
    assert count_product_examples(bound, scheme, width) <= 2


QUOTIENT_CORNER = (4, Scheme(3, correction=Correction(((0, 1), (0, 0)), 2, "log")))  # least where x1 starts


@pytest.mark.parametrize(("width", "scheme"), [*(random_scheme(n, divide=True) for n in range(160)), QUOTIENT_CORNER])
def test_quotient_bound_of_any_scheme_is_exact(width, scheme):
    n, d = pairs(width)
    fine = divide(scheme, n, d, width, FINE).astype(int)
    check_limits(quotient_bound(scheme, width, FINE), fine, n.astype(int) << FINE, d.astype(int))
    for f in range(FINE):
        if quotient_bound(scheme, width, f).truncation == 0:
            assert not (fine % (1 << (FINE - f))).any()


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
        assert product_bound(Scheme(2, True, 1, correction=correction), 4) is None
        assert product_bound(Scheme(2, lower_part=LowerPart(1, "ones"), correction=correction), 4) is None


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
