"""Number formats: how the bits of an operand or a result mean a number."""

import operator as _op
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .float_formats import FLOAT_FORMATS, FloatFormat

__all__ = ["MAX_WIDTH", "MIN_WIDTH", "Format", "IntegerFormat", "format_from_name"]

MIN_WIDTH = 2
MAX_WIDTH = 32


@dataclass(frozen=True)
class IntegerFormat:
    """A two's-complement or unsigned integer of ``width`` bits, named ``s<width>`` or ``u<width>``.

    Operands are ``u2``..``u32`` and ``s2``..``s32``; results may be up to 64 bits wide.

    Parameters
    ----------
    signed : bool
        Two's complement if true, unsigned otherwise.
    width : int
        Bits, 1 to 64.

    Raises
    ------
    TypeError
        If ``signed`` is not a bool or ``width`` not an int.
    ValueError
        If ``width`` is outside 1..64.

    Examples
    --------
    >>> s8 = IntegerFormat(signed=True, width=8)
    >>> s8.name, s8.minimum, s8.maximum
    ('s8', -128, 127)
    """

    signed: bool
    width: int

    def __post_init__(self) -> None:
        if not isinstance(self.signed, bool) or type(self.width) is not int:
            raise TypeError(f"signed must be a bool and width an int of 1..64, not {self.signed!r} and {self.width!r}")
        if not 1 <= self.width <= 64:
            raise ValueError(f"width must be 1..64 bits, not {self.width}")

    @property
    def name(self) -> str:
        """Canonical name, such as ``u16``."""
        return f"{'s' if self.signed else 'u'}{self.width}"

    def __str__(self) -> str:
        return self.name

    @property
    def minimum(self) -> int:
        """Smallest value."""
        return -(1 << self.width - 1) if self.signed else 0

    @property
    def maximum(self) -> int:
        """Largest value."""
        return (1 << (self.width - 1 if self.signed else self.width)) - 1

    @property
    def precision(self) -> int:
        """Bits of a magnitude: ``width``."""
        return self.width

    @property
    def dtype(self) -> np.dtype:
        """NumPy dtype that holds any value of any integer format of this signedness: 64 bits."""
        return np.dtype(np.int64 if self.signed else np.uint64)

    def values(self) -> np.ndarray:
        """Every value in increasing order, shape ``(2**width,)``; for widths that fit in memory."""
        return np.arange(self.minimum, self.maximum + 1, dtype=self.dtype)

    def to_bits(self, values: np.ndarray) -> np.ndarray:
        """Bits of values of this format: uint64, same shape."""
        return values.view(np.uint64) & np.uint64((1 << self.width) - 1)

    def from_bits(self, bits: np.ndarray) -> np.ndarray:
        """The values with these bits (uint64): :attr:`dtype`, same shape."""
        if not self.signed:
            return bits
        unused = np.uint64(64 - self.width)
        return (bits << unused).view(np.int64) >> unused.astype(np.int64)

    def array(self, values: npt.ArrayLike, name: str = "value") -> np.ndarray:
        """``values`` as an array of this format's dtype, refused if anything lies outside the format.

        Parameters
        ----------
        values : array_like of integers
            Any shape, any integer dtype, or Python ints.
        name : str
            What the message calls it.

        Returns
        -------
        numpy.ndarray
            Same shape, dtype :attr:`dtype`.

        Raises
        ------
        TypeError
            If the values are not integers (booleans and floats are refused, never rounded).
        ValueError
            If a value lies outside ``minimum``..``maximum``; values are never wrapped.
        """
        array = values if isinstance(values, np.ndarray | np.generic) else self._from_objects(values, name)
        if isinstance(array, np.ma.MaskedArray) or array.dtype.kind not in "iuO":
            raise TypeError(
                f"{name} must be integers for format {self.name}, not {type(array).__name__} of {array.dtype}"
            )
        if array.dtype.kind == "O":
            array = self._from_objects(array, name)
        array = np.asarray(array)
        outside = (array < self.minimum) | (array > self.maximum)
        if np.any(outside):
            offender = _op.index(array[outside].flat[0])
            raise ValueError(
                f"{name} {offender} is outside format {self.name}, which holds {self.minimum}..{self.maximum}"
            )
        return array.astype(self.dtype)

    def _from_objects(self, values: npt.ArrayLike, name: str) -> np.ndarray:
        """Python objects as an array of Python ints: NumPy would make 1 of True and a float of [-1, 2**63]."""
        objects = np.asarray(values, dtype=object)
        integers = []
        for item in objects.flat:
            if isinstance(item, bool | np.bool_) or not hasattr(item, "__index__"):
                raise TypeError(f"{name} must be integers for format {self.name}, not {item!r} ({type(item).__name__})")
            integers.append(_op.index(item))
        return np.array(integers, dtype=object).reshape(objects.shape)


Format = IntegerFormat | FloatFormat


def format_from_name(name: str) -> Format:
    """The operand format called ``name``.

    Raises
    ------
    TypeError
        If ``name`` is not a string.
    ValueError
        If ``name`` is not one of ``u2``..``u32``, ``s2``..``s32`` and the float formats.

    Examples
    --------
    >>> format_from_name("u16").maximum
    65535
    >>> format_from_name("bf16").precision
    8
    """
    if not isinstance(name, str):
        raise TypeError(f"a format name must be a string such as 'u16', not {name!r}")
    if name in FLOAT_FORMATS:
        return FLOAT_FORMATS[name]
    match = re.fullmatch(r"([us])([1-9][0-9]?)", name)
    if match is None or not MIN_WIDTH <= int(match[2]) <= MAX_WIDTH:
        legal = f"u{MIN_WIDTH}..u{MAX_WIDTH}, s{MIN_WIDTH}..s{MAX_WIDTH}, {', '.join(FLOAT_FORMATS)}"
        raise ValueError(f"unknown format {name!r}: the formats are {legal}")
    return IntegerFormat(signed=match[1] == "s", width=int(match[2]))
