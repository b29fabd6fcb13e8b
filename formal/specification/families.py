"""Families of integers with a formula of their own."""

from collections.abc import Callable, Iterator
from functools import reduce

import z3

from pysoft.operator import Operator

from .case import MagnitudeCase
from .fixed_point import characteristics, fraction, leading_bits, shifted

__all__ = ["aaxd_cases", "babic_cases", "drum_cases", "nearest_power_cases", "tosam_cases"]


def nearest_power_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """ILM and RoBA: 2^(k1+k2) + q1 2^k2 + q2 2^k1, a = 2^k1 + q1 with the nearest power of two.

    That is a 2^k2 + b 2^k1 - 2^(k1+k2).
    """
    one = z3.BitVecVal(1, a.size())
    for name, condition, (k1, k2) in characteristics(operator.format.width, a, b):
        up1, up2 = _rounds_up(operator, a, k1), _rounds_up(operator, b, k2)
        both = _times_power(_times_power(one, k1, up1), k2, up2)
        yield name, condition, _times_power(a, k2, up2) + _times_power(b, k1, up1) - both


def _rounds_up(operator: Operator, N: z3.BitVecRef, k: int) -> z3.BoolRef:
    """Whether the power of two above N is the nearest one."""
    half = z3.LShR(N << 1, k) & 1 == 1  # the bit under the leading one
    return z3.And(half, N != 3) if operator.family == "roba" else half


def _times_power(N: z3.BitVecRef, k: int, up: z3.BoolRef) -> z3.BitVecRef:
    return z3.If(up, N << k + 1, N << k)


def babic_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """Babic et al.: i + 1 blocks, each on the residues of the one before."""
    width, blocks = operator.format.width, int(operator.parameters["i"]) + 1
    for name, condition, (k1, k2) in characteristics(width, a, b):
        r1, r2 = a - (1 << k1), b - (1 << k2)
        value = (1 << k1 + k2) + (r1 << k2) + (r2 << k1)
        for block in range(1, blocks):
            term, r1, r2 = _block(r1, r2, k1 - block, k2 - block)
            value += term
        yield name, condition, value


def _block(a: z3.BitVecRef, b: z3.BitVecRef, most1: int, most2: int) -> tuple[z3.BitVecRef, z3.BitVecRef, z3.BitVecRef]:
    """2^(k1+k2) + r1 2^k2 + r2 2^k1 = a 2^k2 + r2 2^k1, or 0 if an operand is 0, and the residues r1 and r2.

    Characteristics are at most these.
    """
    zero = z3.BitVecVal(0, a.size())
    r1, r2 = _by_characteristic(a, most1, lambda k: a - (1 << k)), _by_characteristic(b, most2, lambda k: b - (1 << k))
    a_scaled = _by_characteristic(b, most2, lambda k: a << k)
    r2_scaled = _by_characteristic(a, most1, lambda k: r2 << k)
    return z3.If(z3.Or(a == 0, b == 0), zero, a_scaled + r2_scaled), r1, r2


def _by_characteristic(N: z3.BitVecRef, most: int, value: Callable[[int], z3.BitVecRef]) -> z3.BitVecRef:
    """``value(k)`` for the characteristic k of N, 0 if there is none."""
    return reduce(lambda below, k: z3.If(N >= 1 << k, value(k), below), range(most + 1), z3.BitVecVal(0, N.size()))


def drum_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """DRUM: the exact product of windows of k bits from the leading ones, the last of them a one."""
    window = int(operator.parameters["k"])
    for name, condition, ks in characteristics(operator.format.width, a, b):
        drops = [max(k + 1 - window, 0) for k in ks]
        first, second = (
            z3.Extract(window - 1, 0, z3.LShR(N, drop) | int(drop > 0)) for N, drop in zip((a, b), drops, strict=True)
        )
        product = z3.ZeroExt(window, first) * z3.ZeroExt(window, second)
        yield name, condition, z3.ZeroExt(a.size() - 2 * window, product) << sum(drops)


def tosam_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """TOSAM: floor(2^(k1+k2) (1 + xt + yt + xh yh))."""
    width, h, t = operator.format.width, int(operator.parameters["h"]), int(operator.parameters["t"])
    F, unit = width - 1, max(t, 2 * h + 2)
    for name, condition, (k1, k2) in characteristics(width, a, b):
        x, y = fraction(a, k1, F), fraction(b, k2, F)
        xh, yh = (z3.Extract(h, 0, (leading_bits(part, F, h) << 1) | 1) for part in (x, y))
        product = z3.ZeroExt(a.size() - 2 * h - 2, z3.ZeroExt(h + 1, xh) * z3.ZeroExt(h + 1, yh))
        total = (leading_bits(x, F, t) + leading_bits(y, F, t) << unit - t) + (product << unit - 2 * h - 2)
        yield name, condition, shifted(total + (1 << unit), k1 + k2 - unit)


def aaxd_cases(operator: Operator, n: z3.BitVecRef, d: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """AAXD: the quotient of 2k bits of n and k bits of d, from the leading ones."""
    bits = int(operator.parameters["k"])
    for name, condition, (kn, kd) in characteristics(operator.format.width, n, d):
        small_n = z3.Extract(2 * bits - 1, 0, shifted(n, 2 * bits - 1 - kn))
        small_d = z3.ZeroExt(bits, z3.Extract(bits - 1, 0, shifted(d, bits - 1 - kd)))
        quotient = z3.ZeroExt(n.size() - 2 * bits, z3.UDiv(small_n, small_d))
        yield name, condition, shifted(quotient, kn - kd - bits + operator.fraction_bits)
