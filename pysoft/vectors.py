"""Operand vectors: directed corners, biased random operands, or all there are."""

import numpy as np

from .float_formats import FloatFormat
from .float_vectors import corner_float_operands, partner_floats, random_floats
from .formats import Format, IntegerFormat
from .fraction_pairs import partner_fractions

__all__ = [
    "MAX_EXHAUSTIVE_BITS",
    "all_operands",
    "check_vectors",
    "corner_operands",
    "operand_vectors",
    "random_operands",
    "random_values",
]

MAX_EXHAUSTIVE_BITS = 16  # of all operands together


def check_vectors(form: Format, vectors: int | str, *, operands: int = 2) -> None:
    """Refuse what :func:`operand_vectors` cannot make.

    Raises
    ------
    TypeError
        If ``vectors`` is neither an integer nor a string.
    ValueError
        If it is below 1, a string other than ``all``, or ``all`` for operands of more than 16 bits together.
    """
    if isinstance(vectors, bool) or not isinstance(vectors, int | str):
        raise TypeError(f"vectors must be an integer or 'all', not {vectors!r}")
    if isinstance(vectors, int):
        if vectors < 1:
            raise ValueError(f"vectors must be at least 1, or 'all', not {vectors}")
    elif vectors != "all":
        raise ValueError(f"vectors must be at least 1, or 'all', not {vectors!r}")
    elif operands * form.width > MAX_EXHAUSTIVE_BITS:
        most = MAX_EXHAUSTIVE_BITS // operands
        raise ValueError(f"'all' vectors is for operands of up to {most} bits, not for {form.name}")


def operand_vectors(form: Format, vectors: int | str, seed: int, *, operands: int = 2) -> tuple[np.ndarray, ...]:
    """Operands, the same for the same arguments.

    Parameters
    ----------
    form : IntegerFormat or FloatFormat
        Format of all operands.
    vectors : int or str
        How many vectors, at least 1; or ``all``, for operands of up to 16 bits together.
    seed : int
        Of the random ones, at least 0.
    operands : int
        1 or 2.

    Returns
    -------
    tuple of numpy.ndarray
        One array for each operand, shape ``(sent,)``, dtype ``form.dtype``. The corners come first and are never left
        out, so there are ``vectors`` of them or as many as there are corners, whichever is more.

    Raises
    ------
    TypeError, ValueError
        As :func:`check_vectors`.
    """
    check_vectors(form, vectors, operands=operands)
    if isinstance(vectors, str):
        return all_operands(form, operands)
    rng = np.random.default_rng(seed)
    corners = corner_operands(form, operands)
    count = max(0, vectors - len(corners[0]))
    return tuple(map(np.append, corners, random_operands(form, count, rng, operands)))


def all_operands(form: Format, operands: int = 2) -> tuple[np.ndarray, ...]:
    """Every vector of operands, the first one changing slowest: an array of shape ``(2**(operands width),)`` each."""
    values = form.values()
    return tuple(column.ravel() for column in np.meshgrid(*[values] * operands, indexing="ij"))


def corner_operands(form: Format, operands: int = 2) -> tuple[np.ndarray, ...]:
    """The directed vectors, each once: arrays of equal shape ``(corners,)``, dtype ``form.dtype``.

    Of floats :func:`~pysoft.float_vectors.corner_float_operands`. Of integers all pairs of the smallest, largest and
    middle values (n/0, most negative / -1 and 3 x 3 are among them); every power of two with its neighbours, of either
    sign, by itself, by 3 and under the largest value; every power of two and the number above it, whose quotients are
    at either side of 1; and minus every power of two as a product, for its negation carries farthest.
    """
    if isinstance(form, FloatFormat):
        return corner_float_operands(form, operands)
    low, high = form.minimum, form.maximum
    special = _inside(form, [0, 1, 2, 3, -1, -2, -3, low, low + 1, high, high - 1, high // 2, high // 2 + 1])
    near = [(1 << k) + offset for k in range(form.width) for offset in (-1, 0, 1)]
    powers = _inside(form, near + [-value for value in near])
    if operands == 1:
        return (np.array(list(dict.fromkeys(special + powers)), form.dtype),)
    pairs = [(a, b) for a in special for b in special]
    for partner in (powers, [min(3, high)] * len(powers)):
        pairs += zip(powers, partner, strict=True)
    pairs += [(high, value) for value in powers]
    for power in (1 << k for k in range(form.width)):
        steps = [(power, power + 1), (power + 1, power), (power, -power), (power, -2 * power)]
        pairs += [pair for pair in steps if low <= min(pair) and max(pair) <= high]
    return tuple(np.array(list(dict.fromkeys(pairs)), form.dtype).T)


def random_operands(form: Format, count: int, rng: np.random.Generator, operands: int = 2) -> tuple[np.ndarray, ...]:
    """Random operands, each as :func:`random_values`; a third of pairs have fractions that nearly agree or add up to 1.

    See :func:`~pysoft.fraction_pairs.partner_fractions`. A quotient of integers shows few bits of the difference of the
    fractions, most of all of numbers far apart: here they are of equal size, or one is twice the other.

    Parameters
    ----------
    form : IntegerFormat or FloatFormat
        Format of all operands.
    count : int
        How many vectors.
    rng : numpy.random.Generator
        Where they come from.
    operands : int
        1 or 2.

    Returns
    -------
    tuple of numpy.ndarray
        One array for each operand, shape ``(count,)``, dtype ``form.dtype``.
    """
    columns = [random_values(form, count, rng) for _ in range(operands)]
    if operands == 2:
        near = rng.integers(0, 3, count) == 0
        columns[1][near] = _partners(form, columns[0][near], rng)
    return tuple(columns)


def random_values(form: Format, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random values: of floats those of :func:`~pysoft.float_vectors.random_floats`.

    Of integers, a third each: uniform, uniform in magnitude of any size, and a power of two or within 2 of one. Uniform
    values alone would all but never have a small characteristic, nor a fraction of all zeros or all ones.

    Parameters
    ----------
    form : IntegerFormat or FloatFormat
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
    if isinstance(form, FloatFormat):
        return random_floats(form, count, rng)
    uniform = rng.integers(form.minimum, form.maximum, count, dtype=np.int64, endpoint=True)
    power = np.int64(1) << rng.integers(0, form.width, count)
    sign = rng.choice([-1, 1], count) if form.signed else 1
    any_size = sign * (power + rng.integers(0, power))
    near_power = sign * (power + rng.integers(-2, 3, count))
    value = np.choose(rng.integers(0, 3, count), [uniform, any_size, near_power])
    wrapped = (value - form.minimum) % (1 << form.width) + form.minimum  # into the format, by its own rule
    return wrapped.astype(form.dtype)


def _partners(form: Format, values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if isinstance(form, FloatFormat):
        return partner_floats(form, values, rng)
    fraction_bits = form.width - 1
    magnitude = np.maximum(np.abs(values.astype(np.int64)), 1)  # 0 has no fraction, 1 has fraction 0
    characteristic = np.frexp(magnitude)[1] - 1
    one = 1 << fraction_bits
    significand = one | partner_fractions((magnitude << fraction_bits - characteristic) & one - 1, fraction_bits, rng)
    largest = form.maximum.bit_length() - 1
    beside = np.clip(characteristic + rng.integers(-1, 2, values.shape), 0, largest)
    sign = rng.choice([-1, 1], values.shape) if form.signed else 1
    return (sign * (significand >> fraction_bits - beside)).astype(form.dtype)


def _inside(form: IntegerFormat, values: list[int]) -> list[int]:
    return [value for value in dict.fromkeys(values) if form.minimum <= value <= form.maximum]
