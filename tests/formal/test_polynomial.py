import random
from collections import defaultdict

import pytest
import z3

from formal.polynomial import _Bit, _Remainder, _Words, share_equal_words

X, Y = z3.BitVecs("x y", 3)
ALL = [(x, y) for x in range(8) for y in range(8)]


def value(term, x, y):
    return z3.simplify(z3.substitute(term, (X, z3.BitVecVal(x, 3)), (Y, z3.BitVecVal(y, 3)))).as_long()


def grown(rng):
    """Words, each of some of those before it."""
    words = [X, Y, z3.BitVecVal(rng.randrange(8), 3)]
    for _ in range(25):
        first, second = rng.choice(words), rng.choice(words)
        same = z3.ZeroExt(max(second.size() - first.size(), 0), first)
        other = z3.SignExt(max(first.size() - second.size(), 0), second)
        high = rng.randrange(first.size())
        word = rng.choice([
            same + other, same - other, same * other, z3.Concat(first, second), z3.SignExt(2, first),
            z3.Extract(high, rng.randint(0, high), first), ~first, z3.Concat(z3.BitVecVal(0, 2), first),
        ])  # fmt: skip
        if word.size() <= 12:
            words.append(word)
    return words


@pytest.mark.parametrize("seed", range(12))
def test_words_of_one_number_have_the_same_value_everywhere(seed):
    words, groups = _Words(), defaultdict(list)
    for word in grown(random.Random(seed)):
        groups[word.size(), words.number(word)].append(word)
    for group in groups.values():
        for other in group[1:]:
            assert [value(group[0], *pair) for pair in ALL] == [value(other, *pair) for pair in ALL]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_shared_is_an_equal_term(seed):
    words = grown(random.Random(seed))
    term = z3.Concat(*words[-4:], words[0] * words[1], words[1] * words[0])
    shared = share_equal_words(term)
    assert [value(term, *pair) for pair in ALL] == [value(shared, *pair) for pair in ALL]


def wide(size, extend):
    return [extend(size, word) for word in z3.BitVecs("a b", size)]


def sliced(extend):
    """a b of 6 bits by three slices of b, low bits past the adders, as a pipeline of two stages does it."""
    a, b = z3.BitVecs("a b", 6)
    top = extend(6, z3.Extract(5, 4, b))
    parts = [extend(2, a) * z3.ZeroExt(6, z3.Extract(i + 1, i, b)) for i in (0, 2)]
    low = z3.Concat(extend(2, z3.Extract(7, 2, parts[0])) + parts[1], z3.Extract(1, 0, parts[0]))
    high = extend(2, a) * (top if top.size() == 8 else extend(2, top))
    return z3.Concat(extend(2, z3.Extract(9, 4, low)) + high, z3.Extract(3, 0, low))


@pytest.mark.parametrize("extend", [z3.ZeroExt, z3.SignExt])
def test_a_product_is_the_sum_of_those_with_slices(extend):
    a, b = wide(6, extend)
    assert z3.is_true(z3.simplify(share_equal_words(a * b == sliced(extend))))


def test_slices_above_the_low_bits_are_found_too():
    a, b = wide(6, z3.ZeroExt)
    (total, _) = sliced(z3.ZeroExt).children()
    assert z3.is_true(z3.simplify(share_equal_words(z3.Extract(11, 4, a * b) == total)))


def test_a_square_is_the_sum_of_half_of_its_partial_products():
    a = z3.BitVec("a", 6)
    low, high = (z3.ZeroExt(9, z3.Extract(i + 2, i, a)) for i in (0, 3))
    whole = z3.ZeroExt(6, a)
    half = low * low + low * high * 16 + high * high * 64
    assert z3.is_true(z3.simplify(share_equal_words(whole * whole == half)))


def test_another_number_is_not_shared():
    a, b = wide(6, z3.ZeroExt)
    wrong = z3.substitute(sliced(z3.ZeroExt), (z3.BitVec("b", 6), z3.BitVec("b", 6) ^ 1))
    question = z3.simplify(share_equal_words(a * b == wrong))
    assert not z3.is_true(question)
    assert not z3.is_false(question)


def test_polynomials_that_become_too_large_are_left():
    a, b, c = z3.BitVecs("a b c", 32)
    term = (a * b) * c == c * (b * a)
    assert share_equal_words(term) is term


def test_a_bit_is_no_remainder_of_the_same_numbers():
    assert _Bit(5, 3) != _Remainder(5, 3)
    assert 2 == len({(_Bit(5, 3),), (_Remainder(5, 3),)})


def test_deep_terms_are_left():
    a, b = wide(6, z3.ZeroExt)
    term = a * a + a * b
    for _ in range(600):
        term = term + a
    assert share_equal_words(term == b) is not None


def test_without_products_nothing_is_done():
    term = X + Y == Y + X
    assert share_equal_words(term) is term
