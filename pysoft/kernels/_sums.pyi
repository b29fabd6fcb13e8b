"""Sums of products of 8-bit numbers, any product of which is looked up.

c[t][i][j] = sum over k of table[a[t][i][k]][b[t][k][j]],   k = 0, 1, ...
"""

import numpy as np

def levels() -> tuple[str, ...]:
    """Names of the vector units that can be used, widest first; the last, ``plain``, needs none."""

def integers(level: int, table: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    """Sums of integers, modulo 2^32.

    Parameters
    ----------
    level : int
        Index into :func:`levels`; the result is the same.
    table : buffer of 4-byte integers, shape (256, 256)
        What a product is, by the bits of both factors: all in -32768..32767, or all in 0..65535.
    a, b : buffers of bytes, shapes (T, M, K) and (T, K, N)
        Bits of the factors.
    c : writable buffer of 4-byte integers, shape (T, M, N)
        Receives the sums; 0 if K is 0. May not overlap what is read.

        Strides are free in all of them: also 0 in what is read, negative, or such that items are not aligned.

    Raises
    ------
    TypeError
        If an argument has no buffer.
    BufferError, ValueError
        If ``c`` cannot be written (which one, its owner decides).
    ValueError
        If the level, an item size, a number of axes, a shape or an entry of the table is not as above.
    MemoryError
        If there is no room for 320 KiB.
    """

def floats(level: int, table: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    """Sums of bfloat16 numbers in float32.

    They start at +0 and are rounded after each addition, to nearest, ties to even, in the order of increasing k.

    Parameters
    ----------
    level, a, b
        As of :func:`integers`.
    table : buffer of 2-byte items, shape (256, 256)
        Bits of the products as bfloat16.
    c : writable buffer of 4-byte items, shape (T, M, N)
        Receives the sums as float32. May not overlap what is read.

    Raises
    ------
    TypeError, BufferError, ValueError, MemoryError
        As :func:`integers`.

    Special cases
    -------------
    A sum that is NaN is the canonical quiet NaN, bits 0x7fc00000. It is one if a product is NaN, or if both infinities
    are among the products or partial sums.
    """
