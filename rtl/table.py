"""Constant tables."""

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Value

__all__ = ["lookup"]


def lookup(entries: Sequence[int], index: Value, width: int) -> Value:
    """``entries[index]`` modulo 2^width; a bit that is the same in all entries is a constant.

    Parameters
    ----------
    entries : sequence of int
        A power of two of them, of either sign.
    index : Value
        As many bits as choose one of them.
    width : int
        Bits of the result, at least 1.
    """
    bits = []
    for place in range(width):
        column = [entry >> place & 1 for entry in entries]
        if len(set(column)) == 1:
            bits.append(C(column[0], 1))
        else:
            bits.append(C(sum(bit << i for i, bit in enumerate(column)), len(column)).bit_select(index, 1))
    return Cat(bits)
