"""The extremes of random schemes, with whatever in their slots, and of those whose pieces end in an unusual way."""

import itertools
import random
from fractions import Fraction
from math import ceil, floor

import pytest
from limits import FINE, check_limits, count_product_examples, pairs

from pysoft.logarithmic import Correction, LowerPart, Scheme, SplitCorrection, divide
from pysoft.logarithmic_bound import product_bound, quotient_bound


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
    count_product_examples(bound, scheme, width)


QUOTIENT_CORNER = (4, Scheme(3, correction=Correction(((0, 1), (0, 0)), 2, "log")))  # least where x1 starts


@pytest.mark.parametrize(("width", "scheme"), [*(random_scheme(n, divide=True) for n in range(160)), QUOTIENT_CORNER])
def test_quotient_bound_of_any_scheme_is_exact(width, scheme):
    n, d = pairs(width)
    fine = divide(scheme, n, d, width, FINE).astype(int)
    check_limits(quotient_bound(scheme, width, FINE), fine, n.astype(int) << FINE, d.astype(int))
    for f in range(FINE):
        if quotient_bound(scheme, width, f).truncation == 0:
            assert not (fine % (1 << (FINE - f))).any()
