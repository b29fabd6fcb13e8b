"""Operand vectors: directed corners, biased random pairs, or every pair there is."""

import numpy as np

from pysoft.formats import IntegerFormat

__all__ = ["MAX_EXHAUSTIVE_WIDTH", "all_pairs", "check_vectors", "corner_pairs", "operand_pairs", "random_values"]

MAX_EXHAUSTIVE_WIDTH = 8


def check_vectors(form: IntegerFormat, vectors: int | str) -> None:
    """Refuse what :func:`operand_pairs` cannot make.

    Raises
    ------
    TypeError
        If ``vectors`` is neither an integer nor a string.
    ValueError
        If it is below 1, a string other than ``all``, or ``all`` for operands of more than 8 bits.
    """
    if isinstance(vectors, bool) or not isinstance(vectors, int | str):
        raise TypeError(f"vectors must be an integer or 'all', not {vectors!r}")
    if isinstance(vectors, int):
        if vectors < 1:
            raise ValueError(f"vectors must be at least 1, or 'all', not {vectors}")
    elif vectors != "all":
        raise ValueError(f"vectors must be at least 1, or 'all', not {vectors!r}")
    elif form.width > MAX_EXHAUSTIVE_WIDTH:
        raise ValueError(f"'all' vectors is for operands of up to {MAX_EXHAUSTIVE_WIDTH} bits, not for {form.name}")


def operand_pairs(form: IntegerFormat, vectors: int | str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of operands, the same for the same arguments.

    Parameters
    ----------
    form : IntegerFormat
        Format of both operands.
    vectors : int or str
        How many pairs, at least 1; or ``all``, for operands of up to 8 bits.
    seed : int
        Of the random pairs, at least 0.

    Returns
    -------
    a, b : numpy.ndarray
        Shape ``(sent,)``, dtype ``form.dtype``. The corners come first and are never left out, so there are ``vectors``
        pairs or as many as there are corners, whichever is more.

    Raises
    ------
    TypeError, ValueError
        As :func:`check_vectors`.
    """
    check_vectors(form, vectors)
    if isinstance(vectors, str):
        return all_pairs(form)
    rng = np.random.default_rng(seed)
    a, b = corner_pairs(form)
    count = max(0, vectors - len(a))
    return np.append(a, random_values(form, count, rng)), np.append(b, random_values(form, count, rng))


def all_pairs(form: IntegerFormat) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of operands, the first one changing slowest: two arrays of shape ``(4**width,)``."""
    values = form.values()
    return np.repeat(values, len(values)), np.tile(values, len(values))


def corner_pairs(form: IntegerFormat) -> tuple[np.ndarray, np.ndarray]:
    """The directed pairs, each once: two arrays of equal shape ``(corners,)``, dtype ``form.dtype``.

    All pairs of the smallest, largest and middle values (n/0, most negative / -1 and 3 x 3 are among them), and every
    power of two with its neighbours, of either sign, by itself, by 3 and under the largest value.
    """
    low, high = form.minimum, form.maximum
    special = _inside(form, [0, 1, 2, 3, -1, -2, -3, low, low + 1, high, high - 1, high // 2, high // 2 + 1])
    near = [(1 << k) + offset for k in range(form.width) for offset in (-1, 0, 1)]
    powers = _inside(form, near + [-value for value in near])
    pairs = [(a, b) for a in special for b in special]
    for partner in (powers, [min(3, high)] * len(powers)):
        pairs += zip(powers, partner, strict=True)
    pairs += [(high, value) for value in powers]
    a, b = np.array(list(dict.fromkeys(pairs)), form.dtype).T
    return a, b


def random_values(form: IntegerFormat, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random values, a third each: uniform, uniform in magnitude of any size, and a power of two or within 2 of one.

    Uniform values alone would all but never have a small characteristic, nor a fraction of all zeros or all ones.

    Parameters
    ----------
    form : IntegerFormat
        Of the values.
    count : int
        How many.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    numpy.ndarray
        Shape ``(count,)``, dtype ``form.dtype``.
    """
    uniform = rng.integers(form.minimum, form.maximum, count, dtype=np.int64, endpoint=True)
    power = np.int64(1) << rng.integers(0, form.width, count)
    sign = rng.choice([-1, 1], count) if form.signed else 1
    any_size = sign * (power + rng.integers(0, power))
    near_power = sign * (power + rng.integers(-2, 3, count))
    value = np.choose(rng.integers(0, 3, count), [uniform, any_size, near_power])
    wrapped = (value - form.minimum) % (1 << form.width) + form.minimum  # into the format, by its own rule
    return wrapped.astype(form.dtype)


def _inside(form: IntegerFormat, values: list[int]) -> list[int]:
    return [value for value in dict.fromkeys(values) if form.minimum <= value <= form.maximum]
