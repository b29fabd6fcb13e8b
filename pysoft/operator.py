"""The operator: one frozen object that every other room takes, and its canonical name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import index
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from . import float_operation
from .bound import Bound
from .families import FAMILIES, Implementation
from .float_formats import FLOAT_FORMATS, FloatFormat
from .formats import Format, IntegerFormat, format_from_name
from .logarithmic import Scheme
from .naming import nearest, parameters_of, parse
from .operation import OPERATIONS, Operation, Parameter
from .parameters import Parameters
from .power import PowerScheme

__all__ = ["Operator"]


@dataclass(frozen=True, eq=False)
class Operator:
    """One operation, in one format, computed by one family, with its parameters.

    An operator is called like a function and computes with its bit-exact NumPy model.

    Parameters
    ----------
    operation : str
        ``mul``, ``div``, ``square``, ``reciprocal``, ``sqrt`` or ``rsqrt``.
    format : IntegerFormat or FloatFormat
        Format of the operands: ``u2``..``u32``, ``s2``..``s32`` (``mul`` and ``div``), or a float format, which is that
        of the result, too.
    family : str
        Name of a family of the catalogue that has this operation.
    parameters : mapping of str to int or str
        Those that differ from their defaults, or have none, are enough; the rest is filled in.

    Raises
    ------
    TypeError
        If a part is of the wrong type.
    ValueError
        If a part is unknown, a parameter is out of its range, or the family lacks the operation.

    Examples
    --------
    >>> op = Operator.from_name("mul-u16-mitchell")
    >>> int(op(1000, 3000))
    2973696
    >>> op([3, 5], [[3], [7]])
    array([[ 8, 14],
           [20, 32]], dtype=uint64)
    >>> Operator.from_name("div-s13-mitchell-f2").parameters
    {'f': 2}
    >>> float(Operator.from_name("rsqrt-f32-mitchell")(2.0))
    0.75
    """

    operation: str
    format: Format
    family: str
    parameters: Mapping[str, int | str] = field(default_factory=Parameters)

    def __post_init__(self) -> None:
        if not (isinstance(self.operation, str) and isinstance(self.family, str)):
            raise TypeError(f"operation and family must be strings, not {self.operation!r} and {self.family!r}")
        if not isinstance(self.format, IntegerFormat | FloatFormat):
            raise TypeError(f"format must be an IntegerFormat or a FloatFormat, not {self.format!r}")
        if not isinstance(self.parameters, Mapping):
            raise TypeError(f"parameters must be a mapping of names to values, not {self.parameters!r}")
        if self.operation not in OPERATIONS:
            raise ValueError(f"unknown operation {self.operation!r}: the operations are {', '.join(OPERATIONS)}")
        if self.family not in FAMILIES:
            raise ValueError(f"unknown family {self.family!r}: the families are {', '.join(FAMILIES)}")
        self._check_format()
        known = {parameter.name: parameter for parameter in self.parameter_list}
        for name in self.parameters:
            if name not in known:
                raise ValueError(
                    f"{self.operation} by {self.family} has no parameter {name!r}: it has {', '.join(known) or 'none'}"
                )
        complete = {
            name: parameter.check(self.parameters.get(name, parameter.default), self.format.precision)
            for name, parameter in known.items()
        }
        object.__setattr__(self, "parameters", Parameters(complete))

    def _check_format(self) -> None:
        """Raise ValueError if there is no such operation of this family on numbers of this format."""
        available = FAMILIES[self.family].operations_on(self.format)
        kind = "floats" if isinstance(self.format, FloatFormat) else "integers"
        if self.operation not in available:
            has = ", ".join(available) or f"none of {kind} at all"
            raise ValueError(f"family {self.family} has no {self.operation} of {kind}: it has {has}")
        if format_from_name(self.format.name) != self.format:  # raises for a result format
            raise ValueError(f"{self.format!r} is not an operand format")
        if kind == "integers" and self.format.signed and not self._operation.signed:
            raise ValueError(f"{self.operation} takes unsigned integers and floats, not {self.format}")
        least, most = self._implementation.minimum_width, self._implementation.maximum_width
        if not least <= self.format.precision <= most:
            if kind == "floats":
                legal = ", ".join(name for name, form in FLOAT_FORMATS.items() if least <= form.precision <= most)
                raise ValueError(f"{self.operation} of floats by {self.family} takes {legal}, not {self.format}")
            raise ValueError(f"{self.operation} by {self.family} takes {least} bits or more, not {self.format.width}")

    def __eq__(self, other: object) -> bool:
        """Whether all parts are equal, whatever subclass the other operator is of."""
        return self._parts == other._parts if isinstance(other, Operator) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[str, Format, str, Mapping[str, int | str]]:
        return self.operation, self.format, self.family, self.parameters

    @classmethod
    def from_name(cls, name: str) -> Self:
        """The operator called ``name``.

        Raises
        ------
        TypeError
            If ``name`` is not a string.
        ValueError
            If the name is unknown or ill-formed; the message shows the nearest valid names.
        """
        if not isinstance(name, str):
            raise TypeError(f"an operator name must be a string such as 'mul-u16-mitchell', not {name!r}")
        try:
            return cls(*parse(name))
        except ValueError as error:
            shown = name if len(name) <= 60 else f"{name[:60]}..."
            reason = str(error) if len(name) <= 60 else "too long"
            close = ", ".join(cls(*parts).name for parts in nearest(name[:60]))
            raise ValueError(f"unknown operator {shown!r}: {reason}; nearest valid: {close}") from None

    @property
    def name(self) -> str:
        """The one canonical name; parameters at their defaults are left out."""
        words = [self.operation, self.format.name, self.family]
        for parameter in self.parameter_list:
            if self.parameters[parameter.name] != parameter.default:
                words.append(parameter.word(self.parameters[parameter.name]))
        return "-".join(words)

    def __str__(self) -> str:
        return self.name

    @property
    def parameter_list(self) -> tuple[Parameter, ...]:
        """Parameters that this family and operation take, in the order of the name."""
        return parameters_of(self.operation, self.format, self.family)

    @property
    def _operation(self) -> Operation:
        return OPERATIONS[self.operation]

    @property
    def _implementation(self) -> Implementation:
        return FAMILIES[self.family].operations_on(self.format)[self.operation]

    @property
    def operands(self) -> tuple[str, ...]:
        """Port names of the operands: ``("a", "b")``, ``("n", "d")`` or ``("a",)``."""
        return self._operation.operands

    @property
    def result(self) -> str:
        """Port name of the result: ``p``, ``q`` or ``r``."""
        return self._operation.result

    def formula(self, *operands: object) -> str:
        """The operation on some operands, such as ``3 x 5`` or ``sqrt 2``."""
        return self._operation.formula(*operands)

    @property
    def fraction_bits(self) -> int:
        """Bits of an integer result below the binary point; 0 for floats."""
        return int(self.parameters.get("f", 0))

    @property
    def result_format(self) -> Format:
        """Format of the result; that of an integer one is in units of 2^-fraction_bits."""
        if isinstance(self.format, FloatFormat):
            return self.format
        return self._operation.result_format(self.format, self.fraction_bits)

    @property
    def is_exact(self) -> bool:
        """Whether this is the exact baseline."""
        return self.family == "exact"

    @property
    def bound(self) -> Bound | None:
        """The proved bound of its error, in real units, or None where nothing is proved.

        That of a float holds for every normal result. That of a signed integer is the one of magnitudes of as many
        bits. They have more fractions than the numbers of the format, so that where it is attained need not be among
        these. The quotient that saturates is one unit of the last place short.
        """
        form = self.format
        bound = self._implementation.bound(form.precision, **self.parameters)
        if bound is None or isinstance(form, FloatFormat) or not form.signed:
            return bound
        truncation = max(bound.truncation, Fraction(self.operation == "div", 1 << self.fraction_bits))
        return replace(bound, truncation=truncation, attained=f"among u{form.width}: {bound.attained}")

    @property
    def scheme(self) -> Scheme | PowerScheme | None:
        """How it fills the slots of the logarithmic datapath; None if its family has a datapath of its own."""
        implementation = self._implementation
        if implementation.scheme is None:
            return None
        return implementation.scheme(
            self.format.precision, **{p.name: self.parameters[p.name] for p in implementation.parameters}
        )

    def with_family(self, family: str, **parameters: int | str) -> Self:
        """The same operation and format by another family; the operation's own parameters are kept."""
        kept = {p.name: self.parameters[p.name] for p in self._operation.parameters if p.name in self.parameters}
        return type(self)(self.operation, self.format, family, kept | parameters)

    def __call__(self, *operands: npt.ArrayLike) -> Any:
        """The result by the bit-exact model.

        Parameters
        ----------
        *operands : array_like
            As many as the operation has (``a, b``; ``n, d``; or ``a``); shapes broadcast. Integers for an integer
            format. For a float format arrays of a dtype that it holds exactly, or Python numbers, which are rounded
            to it as NumPy does.

        Returns
        -------
        numpy.ndarray, or a NumPy scalar if all operands are scalars
            uint64 for unsigned formats, int64 for signed, unit 2^-fraction_bits; the format's dtype for floats.

        Raises
        ------
        TypeError
            If the number of operands is not that of the operation, or an operand is of a type that the format does not
            hold exactly.
        ValueError
            If an integer lies outside the format, or the shapes do not broadcast.

        Special cases
        -------------
        Integers: zero times anything is zero. A zero divisor gives all ones (-1 if signed), also of a reciprocal or
        rsqrt. The most negative number divided by -1 saturates. Floats: see :mod:`pysoft.float_operation`.
        """
        form, arrays = self.format, self.operand_arrays(*operands)
        if isinstance(form, FloatFormat):
            bits = [form.to_bits(array) for array in arrays]
            return form.from_bits(float_operation.evaluate(self.operation, self.unsigned_core, *bits, form=form))[()]
        result = self._operation.result_format(form, self.fraction_bits)
        return self._operation.evaluate(self.unsigned_core, *arrays, result=result)[()]

    def operand_arrays(self, *operands: npt.ArrayLike) -> tuple[np.ndarray, ...]:
        """Operands as a call takes them, checked: arrays of the format's dtype, broadcast to one shape.

        Raises
        ------
        TypeError, ValueError
            As a call.
        """
        if len(operands) != len(self.operands):
            names = ", ".join(self.operands)
            raise TypeError(f"{self} takes {len(self.operands)} operands ({names}), not {len(operands)}")
        arrays = [self.format.array(value, name) for value, name in zip(operands, self.operands, strict=True)]
        try:
            return tuple(np.broadcast_arrays(*arrays))
        except ValueError:
            shapes = " and ".join(str(array.shape) for array in arrays)
            raise ValueError(f"shapes {shapes} do not broadcast") from None

    def unsigned_core(self, *operands: np.ndarray) -> np.ndarray:
        """The family's function, without signs and special cases.

        Of integers: uint64 arrays of magnitudes in and out. Of floats: int64 arrays of the logarithms of normal
        numbers, unit 2^-(precision - 1), to that of the result, whose exponent has no limits.
        """
        return self._implementation.core(*operands, self.format.precision, **self.parameters)

    def exact_value(self, *operands: Any) -> Fraction | None:
        """The exact real result of some integers or finite floats, or None where there is none.

        A root that is not rational is cut off to 128 significant bits. A subnormal number is taken for what it is.
        """
        if isinstance(self.format, FloatFormat):
            numbers = [float(operand) for operand in operands]
            return self._operation.exact(*map(Fraction, numbers)) if np.all(np.isfinite(numbers)) else None
        return self._operation.exact(*(Fraction(index(operand)) for operand in operands))  # NumPy integers would wrap

    def real(self, result: Any) -> Fraction:
        """A finite result of this operator in real units."""
        if isinstance(self.format, FloatFormat):
            return Fraction(float(result))
        return Fraction(index(result), 1 << self.fraction_bits)
