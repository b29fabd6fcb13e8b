"""Floating-point formats: sign, biased exponent, fraction."""

from dataclasses import dataclass

import ml_dtypes
import numpy as np
import numpy.typing as npt

__all__ = ["FLOAT_FORMATS", "FloatFormat"]


@dataclass(frozen=True)
class FloatFormat:
    """A binary floating-point format: (-1)^s 2^(e - bias) (1 + f 2^-fraction_bits), e from 1 on.

    A number with e = 0 counts as zero: subnormal numbers are flushed. What the largest e means depends on the format.
    The bits below the sign are its *pattern*; that of a number is its Mitchell logarithm, unit 2^-fraction_bits, plus
    the bias: log2 (1 + x) ~ x.

    Parameters
    ----------
    name : str
        As in operator names.
    exponent_bits, fraction_bits : int
        Bits of e and of f.
    has_infinity : bool
        Whether the largest e stands for infinity (f = 0) and NaN, as in IEEE 754. If not, it is like any other but that
        the pattern of all ones is NaN.
    scalar : type
        NumPy scalar type.

    Examples
    --------
    >>> bf16 = FLOAT_FORMATS["bf16"]
    >>> bf16.width, bf16.precision, bf16.bias, hex(bf16.nan)
    (16, 8, 127, '0x7fc0')
    >>> float(FLOAT_FORMATS["f8e4m3"].values().view(np.uint8)[0x7E].view(ml_dtypes.float8_e4m3fn))
    448.0
    """

    name: str
    exponent_bits: int
    fraction_bits: int
    has_infinity: bool
    scalar: type

    signed = True

    def __str__(self) -> str:
        return self.name

    @property
    def width(self) -> int:
        """Bits of a number."""
        return 1 + self.exponent_bits + self.fraction_bits

    @property
    def precision(self) -> int:
        """Bits of a significand, the leading one too."""
        return 1 + self.fraction_bits

    @property
    def bias(self) -> int:
        """Exponent of 1."""
        return (1 << self.exponent_bits - 1) - 1

    @property
    def smallest(self) -> int:
        """Pattern of the smallest normal number."""
        return 1 << self.fraction_bits

    @property
    def largest(self) -> int:
        """Pattern of the largest finite number."""
        return self.infinity - 1 if self.has_infinity else self.nan - 1

    @property
    def infinity(self) -> int:
        """Pattern of what an overflow gives: infinity, or NaN in a format that has none."""
        return ((1 << self.exponent_bits) - 1) << self.fraction_bits if self.has_infinity else self.nan

    @property
    def nan(self) -> int:
        """Pattern of the one NaN that results are: quiet, its sign 0."""
        ones = (1 << self.exponent_bits + self.fraction_bits) - 1
        return ones ^ ((1 << self.fraction_bits - 1) - 1) if self.has_infinity else ones

    @property
    def dtype(self) -> np.dtype:
        """NumPy dtype of a number."""
        return np.dtype(self.scalar)

    def values(self) -> np.ndarray:
        """Every number of up to 16 bits, in the order of their bits: shape ``(2**width,)``."""
        return self.from_bits(np.arange(1 << self.width, dtype=np.uint64))

    def to_bits(self, values: np.ndarray) -> np.ndarray:
        """Bits of numbers of this format: uint64, same shape."""
        return np.ascontiguousarray(values).view(f"u{self.dtype.itemsize}").reshape(values.shape).astype(np.uint64)

    def from_bits(self, bits: np.ndarray) -> np.ndarray:
        """The numbers with these bits (uint64): :attr:`dtype`, same shape."""
        return bits.astype(f"u{self.dtype.itemsize}").view(self.dtype)

    def array(self, values: npt.ArrayLike, name: str = "value") -> np.ndarray:
        """``values`` as an array of this format's dtype.

        Parameters
        ----------
        values : array_like
            An array of a dtype every number of which the format holds exactly; or Python numbers, which are rounded to
            the nearest number of the format, ties to even (an integer beyond 2^53 as float64 has it).
        name : str
            What the message calls it.

        Returns
        -------
        numpy.ndarray
            Same shape, dtype :attr:`dtype`.

        Raises
        ------
        TypeError
            If the values are not numbers, or of a dtype that would have to be rounded.
        """
        if type(values) is np.ndarray and values.dtype == self.scalar:
            return values
        typed = isinstance(values, np.ndarray | np.generic) and not isinstance(values, float)  # as np.float64 is
        array = np.asanyarray(values)
        if not typed and array.dtype == object and all(type(item) is int for item in array.flat):
            array = np.array([_nearest(item) for item in array.flat]).reshape(array.shape)  # beyond 64 bits
        if isinstance(array, np.ma.MaskedArray) or array.dtype.kind not in "iufV" or not self._is_number(array.dtype):
            kind = f"{type(values).__name__} of {array.dtype}" if typed else type(values).__name__
            raise TypeError(f"{name} must be numbers for format {self.name}, not {kind}")
        if typed and not self._holds(array.dtype):
            raise TypeError(
                f"{name} is an array of {array.dtype}, which format {self.name} does not hold exactly: round it to"
                f" {self.dtype} with the format's cast(), or use another format"
            )
        return self.cast(np.asarray(array))

    def cast(self, values: npt.ArrayLike) -> np.ndarray:
        """Numbers of any dtype, rounded to the nearest of this format, ties to even.

        Parameters
        ----------
        values : array_like
            Integers or floats, any shape. Integers beyond 2^53 are taken as float64 has them.

        Returns
        -------
        numpy.ndarray
            Same shape, dtype :attr:`dtype`. What is beyond the largest number is infinity (NaN in ``f8e4m3``).

        Examples
        --------
        >>> FLOAT_FORMATS["bf16"].cast([1.001, 3e38, 1e39])
        array([1, 3.00406e+38, inf], dtype=bfloat16)
        """
        array = np.asarray(values)
        if array.dtype == self.dtype:
            return array
        if self.dtype in _ML_DTYPES and (array.dtype.kind in "iu" or array.dtype.itemsize > 4):
            array = _to_odd(array.astype(np.float64))
        with np.errstate(over="ignore", invalid="ignore"):  # to infinity; of a signalling NaN
            return array.astype(self.dtype)

    def _holds(self, dtype: np.dtype) -> bool:
        """Whether every number of a dtype is one of this format. NumPy says so of 8-bit integers and 8-bit floats."""
        if dtype.kind in "iu":
            return 8 * dtype.itemsize - (dtype.kind == "i") <= self.precision
        return any(
            dtype.type is form.scalar
            and form.exponent_bits <= self.exponent_bits
            and form.fraction_bits <= self.fraction_bits
            for form in FLOAT_FORMATS.values()
        )

    @staticmethod
    def _is_number(dtype: np.dtype) -> bool:
        """Whether it is an integer or a float; the types of ml_dtypes are of NumPy's kind V, as structures are."""
        return dtype.kind != "V" or dtype in _ML_DTYPES


_ML_DTYPES = tuple(np.dtype(scalar) for scalar in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2))


def _nearest(integer: int) -> float:
    """The nearest float64, which may be infinity."""
    try:
        return float(integer)
    except OverflowError:
        return np.inf if integer > 0 else -np.inf


def _to_odd(values: np.ndarray) -> np.ndarray:
    """Numbers as float32 that round to fewer bits as these do: cut off, the last bit a one if any was lost.

    The conversions of ml_dtypes go by way of float32, and would round twice.
    """
    with np.errstate(over="ignore"):
        near = values.astype(np.float32)
    pattern = near.view(np.uint32) - (np.abs(near) > np.abs(values)) | (near != values)
    return np.asarray(pattern, dtype=np.uint32).view(np.float32)


FLOAT_FORMATS = {
    form.name: form
    for form in (
        FloatFormat("f32", 8, 23, True, np.float32),
        FloatFormat("f16", 5, 10, True, np.float16),
        FloatFormat("bf16", 8, 7, True, ml_dtypes.bfloat16),
        FloatFormat("f8e4m3", 4, 3, False, ml_dtypes.float8_e4m3fn),
        FloatFormat("f8e5m2", 5, 2, True, ml_dtypes.float8_e5m2),
    )
}
