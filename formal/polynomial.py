"""Words that are the same polynomial of other bits are one word, however the products in them are cut into slices.

Solvers that look at bits do not see that a b is the sum of a times the slices of b. Polynomials with rational
coefficients do: the bits of a word P from l on are the number (P - P mod 2^l) / 2^l, and in the sum of all slices
these remainders fall out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, prod
from operator import add, mul, sub
from typing import NamedTuple

import z3

from .terms import subterms

__all__ = ["share_equal_words"]


def share_equal_words(term: z3.ExprRef) -> z3.ExprRef:
    """An equal term, in which words of a size that are the same polynomial are one word, the simplest of them.

    Nothing is done for less than two products, or if the polynomials become too large.

    Parameters
    ----------
    term : z3.ExprRef
        Of bit-vectors; what is no sum, product, slice or concatenation is looked at as bits.
    """
    found = subterms(term)
    products = [word for word in found if z3.is_app_of(word, z3.Z3_OP_BMUL)]
    if len(products) < 2:
        return term
    # A sum may be what is above the low bits of a product.
    found += [z3.Extract(word.size() - 1, low, word) for word in products for low in range(1, word.size())]
    words, equal = _Words(), defaultdict(list)
    try:
        for word in found:
            if word.decl().kind() in (*OPERATIONS, *JOINED, z3.Z3_OP_EXTRACT):
                equal[word.size(), words.number(word)].append(word)
    except _TooLargeError:
        return term
    pairs = []
    for group in equal.values():
        simplest = min(group, key=lambda word: len(subterms(word)))
        pairs += [(word, simplest) for word in group if not word.eq(simplest)]
    return z3.substitute(term, *pairs)


# Of a product, where that of 32 x 32 bits has 1 << 10 terms of two factors; and of all polynomials together.
MOST_TERMS, MOST_FACTORS, MOST_PLACES, MOST_DEPTH, MOST_WORK = 1 << 13, 16, 512, 128, 1 << 20
OPERATIONS = {z3.Z3_OP_BADD: add, z3.Z3_OP_BSUB: sub, z3.Z3_OP_BMUL: mul}
JOINED = (z3.Z3_OP_CONCAT, z3.Z3_OP_ZERO_EXT, z3.Z3_OP_SIGN_EXT)


class _TooLargeError(Exception):
    """More than the limits above: squares of squares grow fast."""


@dataclass(frozen=True, order=True)
class _Bit:
    """A bit of a word, by the word's id. No tuple: it would equal a remainder of the same numbers."""

    word: int
    place: int


@dataclass(frozen=True, order=True)
class _Remainder:
    """A polynomial, by its number, modulo 2^bits."""

    number: int
    bits: int


_Monomial = tuple[_Bit | _Remainder, ...]
_Terms = dict[_Monomial, Fraction]


class _Polynomial(NamedTuple):
    """Congruent to a word modulo 2^size, and in ``least``..``most``."""

    terms: _Terms
    least: int
    most: int

    def __add__(self, other: "_Polynomial") -> "_Polynomial":  # type: ignore[override]
        return _Polynomial(_sum(self.terms, other.terms), self.least + other.least, self.most + other.most)

    def __sub__(self, other: "_Polynomial") -> "_Polynomial":
        return self + _constant(-1) * other

    def __mul__(self, other: "_Polynomial") -> "_Polynomial":  # type: ignore[override]
        ends = [x * y for x in self[1:] for y in other[1:]]
        return _Polynomial(_product(self.terms, other.terms), min(ends), max(ends))


class _Words:
    """Words as polynomials in bits and in remainders of other polynomials."""

    def __init__(self) -> None:
        self._found: dict[int, _Polynomial] = {}
        self._numbers: dict[frozenset[tuple[_Monomial, Fraction]], int] = {}
        self._remainders: dict[_Remainder, _Terms] = {}
        self._work = self._depth = 0  # terms looked at, and words within words
        self._alive: list[z3.BitVecRef] = []  # z3 gives the id of a term that is gone to another

    def number(self, word: z3.BitVecRef) -> int:
        """The same for words of a size whose polynomials are equal modulo 2^size, another for all others."""
        return self._number(self._polynomial(word).terms, word.size())

    def _polynomial(self, word: z3.BitVecRef) -> _Polynomial:
        if word.get_id() not in self._found:
            self._alive.append(word)
            self._depth += 1
            if self._depth > MOST_DEPTH:
                raise _TooLargeError
            self._found[word.get_id()] = self._bounded(self._find(word), word.size())
            self._depth -= 1
        return self._found[word.get_id()]

    def _find(self, word: z3.BitVecRef) -> _Polynomial:
        kind = word.decl().kind()
        if kind in OPERATIONS:
            return reduce(OPERATIONS[kind], map(self._polynomial, word.children()))
        if kind in JOINED:
            return self._joined(_parts(word))
        if kind == z3.Z3_OP_EXTRACT and word.params()[0] == word.arg(0).size() - 1:
            (_, low), whole = word.params(), word.arg(0)
            return _quotient(self._polynomial(whole), self._low_bits(whole, low), low)
        return self._low_bits(word, word.size())

    def _bounded(self, polynomial: _Polynomial, size: int) -> _Polynomial:
        """With small coefficients if it is not the number itself, with or without a sign."""
        if -(1 << size) <= polynomial.least and polynomial.most < 1 << size:
            return polynomial
        terms = self._modulo(polynomial.terms, size)
        most = sum(coefficient * prod(map(_most, monomial)) for monomial, coefficient in terms.items())
        return _Polynomial(terms, 0, ceil(most))

    def _joined(self, parts: Sequence[z3.BitVecRef]) -> _Polynomial:
        """Of a concatenation, the highest part first, whose copies of the sign before it make no difference."""
        signs = 0
        while signs + 1 < len(parts) and _is_sign(parts[signs], parts[signs + 1]):
            signs += 1
        first, *rest = parts[signs:]
        whole = self._signed(first) if signs else self._polynomial(first)
        for part in rest:
            whole = whole * _constant(1 << part.size()) + self._low_bits(part, part.size())
        return whole

    def _signed(self, word: z3.BitVecRef) -> _Polynomial:
        """The number that a word is in two's complement."""
        size, polynomial = word.size(), self._polynomial(word)
        half = 1 << size - 1
        if -half <= polynomial.least and polynomial.most < half:
            return polynomial
        number = _constant(2) * self._low_bits(word, size - 1) - self._low_bits(word, size)
        return _Polynomial(number.terms, -half, half - 1)

    def _low_bits(self, word: z3.BitVecRef, bits: int) -> _Polynomial:
        """Exactly the number, without a sign, that so many low bits of a word are."""
        if not bits:
            return _constant(0)
        kind = word.decl().kind()
        if kind == z3.Z3_OP_BNUM:
            return _constant(word.as_long() % (1 << bits))
        if kind == z3.Z3_OP_EXTRACT:
            (_, low), whole = word.params(), word.arg(0)
            return _quotient(self._low_bits(whole, low + bits), self._low_bits(whole, low), low)
        if kind in JOINED:
            number, place = _constant(0), 0
            for part in reversed(_parts(word)):
                taken = min(part.size(), bits - place)
                number += self._low_bits(part, taken) * _constant(1 << place)
                place += taken
            return number
        if kind not in OPERATIONS:
            self._alive.append(word)
            terms = {(_Bit(word.get_id(), place),): Fraction(1 << place) for place in range(bits)}
            return _Polynomial(terms, 0, (1 << bits) - 1)
        polynomial = self._polynomial(word)
        if 0 <= polynomial.least and polynomial.most < 1 << bits:
            return polynomial
        return _Polynomial(self._remainder(polynomial.terms, bits), 0, (1 << bits) - 1)

    def _remainder(self, terms: _Terms, bits: int) -> _Terms:
        """A polynomial modulo 2^bits, as exactly that number."""
        # That of (X - X mod 2^l) / 2^l is (X mod 2^(l + bits) - X mod 2^l) / 2^l.
        for monomial, coefficient in terms.items():
            match monomial:
                case [_Remainder(number, l)] if coefficient == Fraction(-1, 1 << l):
                    whole = _sum(_scaled(terms, Fraction(1 << l)), {monomial: Fraction(1)})
                    if self._number(whole, l) == number:
                        high = _sum(self._remainder(whole, l + bits), {monomial: Fraction(-1)})
                        return _scaled(high, Fraction(1, 1 << l))
        remainder = _Remainder(self._number(terms, bits), bits)
        self._remainders[remainder] = terms
        return {(remainder,): Fraction(1)}

    def _number(self, terms: _Terms, bits: int) -> int:
        key = frozenset(self._modulo(terms, bits).items())
        return self._numbers.setdefault(key, len(self._numbers))

    def _modulo(self, terms: _Terms, bits: int) -> _Terms:
        """With coefficients from 0 to below 2^bits, and with X for X mod 2^b where that makes no difference."""
        done: _Terms = defaultdict(Fraction)
        left = list(terms.items())
        while left:
            monomial, coefficient = left.pop()
            self._work += 1
            if self._work > MOST_WORK:
                raise _TooLargeError
            enough = bits - _twos(coefficient)
            place = next((i for i, factor in enumerate(monomial) if _has_bits(factor, enough)), None)
            if place is None:
                done[monomial] += coefficient
            else:
                rest = {monomial[:place] + monomial[place + 1 :]: coefficient}
                whole = self._remainders[monomial[place]]
                self._work += len(whole)
                left += _product(rest, whole).items()
        return {monomial: rest for monomial, coefficient in done.items() if (rest := coefficient % (1 << bits))}


def _sum(first: _Terms, second: _Terms) -> _Terms:
    terms = defaultdict(Fraction, first)
    for monomial, coefficient in second.items():
        terms[monomial] += coefficient
    return {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}


def _product(first: _Terms, second: _Terms) -> _Terms:
    if len(first) * len(second) > MOST_TERMS:
        raise _TooLargeError
    terms: _Terms = defaultdict(Fraction)
    for monomial1, coefficient1 in first.items():
        for monomial2, coefficient2 in second.items():
            monomial, coefficient = _times(monomial1, monomial2), coefficient1 * coefficient2
            if len(monomial) > MOST_FACTORS or coefficient.denominator >> MOST_PLACES:
                raise _TooLargeError
            terms[monomial] += coefficient
    return {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}


def _times(first: _Monomial, second: _Monomial) -> _Monomial:
    """In one order; a bit times itself is the bit."""
    bits = {factor for factor in first + second if isinstance(factor, _Bit)}
    return (*sorted(bits), *sorted(factor for factor in first + second if isinstance(factor, _Remainder)))


def _scaled(terms: _Terms, factor: Fraction) -> _Terms:
    return {monomial: coefficient * factor for monomial, coefficient in terms.items()}


def _constant(number: int) -> _Polynomial:
    return _Polynomial({(): Fraction(number)} if number else {}, number, number)


def _quotient(whole: _Polynomial, rest: _Polynomial, bits: int) -> _Polynomial:
    """(whole - rest) / 2^bits, where rest is the remainder."""
    terms = _scaled((whole - rest).terms, Fraction(1, 1 << bits))
    return _Polynomial(terms, whole.least >> bits, whole.most >> bits)


def _most(factor: _Bit | _Remainder) -> int:
    return (1 << factor.bits) - 1 if isinstance(factor, _Remainder) else 1


def _has_bits(factor: _Bit | _Remainder, bits: int) -> bool:
    return isinstance(factor, _Remainder) and factor.bits >= bits


def _twos(coefficient: Fraction) -> int:
    """How many times 2 divides it."""
    above, below = coefficient.numerator, coefficient.denominator
    return (above & -above).bit_length() - (below & -below).bit_length()


def _parts(word: z3.BitVecRef) -> list[z3.BitVecRef]:
    """What a word is joined of, the highest first."""
    kind = word.decl().kind()
    if kind == z3.Z3_OP_CONCAT:
        return [part for child in word.children() for part in _parts(child)]
    if kind in JOINED:
        top = _sign(word.arg(0)) if kind == z3.Z3_OP_SIGN_EXT else z3.BitVecVal(0, 1)
        return [top] * word.params()[0] + _parts(word.arg(0))
    return [word]


def _sign(word: z3.BitVecRef) -> z3.BitVecRef:
    return z3.simplify(z3.Extract(word.size() - 1, word.size() - 1, word))


def _is_sign(bit: z3.BitVecRef, word: z3.BitVecRef) -> bool:
    return bit.size() == 1 and z3.simplify(bit).eq(_sign(word))
