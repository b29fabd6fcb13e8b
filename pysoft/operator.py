"""The operator: one frozen object that every other room takes, and its canonical name."""

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import index
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .bound import Bound
from .families import FAMILIES, Implementation
from .formats import MAX_WIDTH, MIN_WIDTH, IntegerFormat, format_from_name
from .logarithmic import Scheme
from .operation import OPERATIONS, Operation, Parameter

__all__ = ["Operator", "Parameters"]


class Parameters(Mapping[str, int | str]):
    """A frozen, hashable mapping of parameter names to values, in the order of the canonical name."""

    __slots__ = ("pairs",)
    pairs: tuple[tuple[str, int | str], ...]

    def __init__(self, values: Mapping[str, int | str] | Iterable[tuple[str, int | str]] = ()):
        object.__setattr__(self, "pairs", tuple(dict(values).items()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("parameters are frozen")

    def __reduce__(self) -> tuple[type, tuple[object]]:
        return Parameters, (self.pairs,)

    def __getitem__(self, name: str) -> int | str:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(self.pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self.pairs))

    def __repr__(self) -> str:
        return repr(dict(self.pairs))


@dataclass(frozen=True, eq=False)
class Operator:
    """One operation, in one format, computed by one family, with its parameters.

    An operator is called like a function and computes with its bit-exact NumPy model.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    format : IntegerFormat
        Format of both operands, ``u2``..``u32`` or ``s2``..``s32``.
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
    """

    operation: str
    format: IntegerFormat
    family: str
    parameters: Mapping[str, int | str] = field(default_factory=Parameters)

    def __post_init__(self) -> None:
        if not (isinstance(self.operation, str) and isinstance(self.family, str)):
            raise TypeError(f"operation and family must be strings, not {self.operation!r} and {self.family!r}")
        if not isinstance(self.format, IntegerFormat):
            raise TypeError(f"format must be an IntegerFormat, not {self.format!r}")
        if not isinstance(self.parameters, Mapping):
            raise TypeError(f"parameters must be a mapping of names to values, not {self.parameters!r}")
        if self.operation not in OPERATIONS:
            raise ValueError(f"unknown operation {self.operation!r}: the operations are {', '.join(OPERATIONS)}")
        if self.family not in FAMILIES:
            raise ValueError(f"unknown family {self.family!r}: the families are {', '.join(FAMILIES)}")
        if self.operation not in FAMILIES[self.family].operations:
            has = ", ".join(FAMILIES[self.family].operations)
            raise ValueError(f"family {self.family} has no {self.operation}: it has {has}")
        if format_from_name(self.format.name) != self.format:  # raises for a result format
            raise ValueError(f"{self.format!r} is not an operand format")
        if self.format.width < self._implementation.minimum_width:
            least = self._implementation.minimum_width
            raise ValueError(f"{self.operation} by {self.family} takes {least} bits or more, not {self.format.width}")
        known = {parameter.name: parameter for parameter in self.parameter_list}
        for name in self.parameters:
            if name not in known:
                raise ValueError(
                    f"{self.operation} by {self.family} has no parameter {name!r}: it has {', '.join(known) or 'none'}"
                )
        complete = {
            name: parameter.check(self.parameters.get(name, parameter.default), self.format.width)
            for name, parameter in known.items()
        }
        object.__setattr__(self, "parameters", Parameters(complete))

    def __eq__(self, other: object) -> bool:
        """Whether all parts are equal, whatever subclass the other operator is of."""
        return self._parts == other._parts if isinstance(other, Operator) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[str, IntegerFormat, str, Mapping[str, int | str]]:
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
            operation, format_name, family, *rest = _words(name)
            parameters = _parse(rest, _parameters_of(operation, family))
            return cls(operation, format_from_name(format_name), family, parameters)
        except ValueError as error:
            shown = name if len(name) <= 60 else f"{name[:60]}..."
            reason = str(error) if len(name) <= 60 else "too long"
            nearest = ", ".join(_nearest_names(name[:60]))
            raise ValueError(f"unknown operator {shown!r}: {reason}; nearest valid: {nearest}") from None

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
        return _parameters_of(self.operation, self.family)

    @property
    def _operation(self) -> Operation:
        return OPERATIONS[self.operation]

    @property
    def _implementation(self) -> Implementation:
        return FAMILIES[self.family].operations[self.operation]

    @property
    def operands(self) -> tuple[str, str]:
        """Port names of the operands: ``("a", "b")`` or ``("n", "d")``."""
        return self._operation.operands

    @property
    def result(self) -> str:
        """Port name of the result: ``p`` or ``q``."""
        return self._operation.result

    @property
    def symbol(self) -> str:
        """Of the operation, as in a formula: ``x`` or ``/``."""
        return self._operation.symbol

    @property
    def fraction_bits(self) -> int:
        """Bits of the result below the binary point."""
        return int(self.parameters.get("f", 0))

    @property
    def result_format(self) -> IntegerFormat:
        """Format of the result, in units of 2^-fraction_bits."""
        return self._operation.result_format(self.format, self.fraction_bits)

    @property
    def is_exact(self) -> bool:
        """Whether this is the exact baseline."""
        return self.family == "exact"

    @property
    def bound(self) -> Bound | None:
        """The proved bound of its error, in real units, or None where nothing is proved.

        That of a signed format is the one of magnitudes of as many bits. They have more fractions than the numbers of
        the format, so that where it is attained need not be among these. The quotient that saturates is one unit of the
        last place short.
        """
        bound = self._implementation.bound(self.format.width, **self.parameters)
        if bound is None or not self.format.signed:
            return bound
        truncation = max(bound.truncation, Fraction(self.operation == "div", 1 << self.fraction_bits))
        return replace(bound, truncation=truncation, attained=f"among u{self.format.width}: {bound.attained}")

    @property
    def scheme(self) -> Scheme | None:
        """How it fills the slots of the logarithmic datapath; None if its family has a datapath of its own."""
        implementation = self._implementation
        if implementation.scheme is None:
            return None
        return implementation.scheme(
            self.format.width, **{p.name: self.parameters[p.name] for p in implementation.parameters}
        )

    def with_family(self, family: str, **parameters: int | str) -> Self:
        """The same operation and format by another family; the operation's own parameters are kept."""
        kept = {p.name: self.parameters[p.name] for p in self._operation.parameters}
        return type(self)(self.operation, self.format, family, kept | parameters)

    def __call__(self, a: npt.ArrayLike, b: npt.ArrayLike) -> Any:
        """The result by the bit-exact model.

        Parameters
        ----------
        a, b : array_like of integers
            Operands (``n`` and ``d`` for a division); shapes broadcast.

        Returns
        -------
        numpy.ndarray, or a NumPy scalar if both operands are scalars
            uint64 for unsigned formats, int64 for signed; unit 2^-fraction_bits.

        Raises
        ------
        TypeError
            If an operand is not made of integers.
        ValueError
            If a value lies outside the format, or the shapes do not broadcast.

        Special cases
        -------------
        Zero times anything is zero. d = 0 gives all ones (-1 if signed). The most negative number divided by -1
        saturates.
        """
        x = self.format.array(a, self.operands[0])
        y = self.format.array(b, self.operands[1])
        try:
            x, y = np.broadcast_arrays(x, y)
        except ValueError:
            raise ValueError(f"shapes {x.shape} and {y.shape} do not broadcast") from None
        return self._operation.evaluate(self.unsigned_core, x, y, self.result_format)[()]

    def unsigned_core(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The family's function of magnitudes, without signs and special cases: uint64 arrays in and out."""
        return self._implementation.core(a, b, self.format.width, **self.parameters)

    def exact_value(self, a: int, b: int) -> Fraction | None:
        """The exact real result of two integers, or None where there is none (d = 0)."""
        a, b = index(a), index(b)  # NumPy integers would wrap
        if self.operation == "mul":
            return Fraction(a * b)
        return Fraction(a, b) if b else None


def _words(name: str) -> list[str]:
    words = name.split("-")
    if len(words) < 3:
        raise ValueError("a name is <operation>-<format>-<family>[-<parameter><value>]...")
    return words


def _parameters_of(operation: str, family: str) -> tuple[Parameter, ...]:
    """What the family and the operation take, in the order of the name; nothing for unknown ones."""
    if operation not in OPERATIONS or family not in FAMILIES or operation not in FAMILIES[family].operations:
        return ()
    return FAMILIES[family].operations[operation].parameters + OPERATIONS[operation].parameters


def _parse(words: list[str], known: tuple[Parameter, ...]) -> dict[str, int | str]:
    """Values of parameters from the words of a name: letters and a number, or a value that is a word itself."""
    of_word = {value: p.name for p in known for value in p.legal(MAX_WIDTH) if isinstance(value, str)}
    parameters: dict[str, int | str] = {}
    for word in words:
        match = re.fullmatch(r"([a-z]+)(0|[1-9][0-9]{0,8})", word)
        name, value = (of_word[word], word) if word in of_word else (match[1], int(match[2])) if match else ("", 0)
        if not name or name in parameters:
            raise ValueError(
                f"ill-formed or repeated parameter {word!r}: a parameter is letters and a number, such as f4"
                + "".join(
                    f", or {' or '.join(map(str, p.legal(MAX_WIDTH)))}" for p in known if p.name in of_word.values()
                )
            )
        parameters[name] = value
    return parameters


def _nearest_names(name: str, count: int = 3) -> list[str]:
    """Valid names close to ``name``, nearest first: each part is repaired by itself."""
    words = [*name.lower().split("-"), "", "", ""][: max(3, name.count("-") + 1)]
    operations = difflib.get_close_matches(words[0], OPERATIONS, 1, 0.5) or list(OPERATIONS)
    families = difflib.get_close_matches(words[2], FAMILIES, 1, 0.4) or ["mitchell", "exact"]
    digits = re.sub(r"\D", "", words[1])
    width = min(max(int(digits[:9]), MIN_WIDTH), MAX_WIDTH) if digits else 16
    formats = [f"{sign}{width}" for sign in ("su" if words[1].startswith(("s", "i")) else "us")]
    nearest = []
    for format_name, family, operation in itertools.product(formats, families, operations):
        if operation in FAMILIES[family].operations:
            least = FAMILIES[family].operations[operation].minimum_width
            form = format_from_name(f"{format_name[0]}{max(width, least)}")
            values = {p.name: _nearest_value(p, words[3:], form.width) for p in _parameters_of(operation, family)}
            known = {name: value for name, value in values.items() if value is not None}
            if len(known) == len(values):
                nearest.append(Operator(operation, form, family, known).name)
    return nearest[:count] or ["mul-u16-mitchell"]


def _nearest_value(parameter: Parameter, words: list[str], width: int) -> int | str | None:
    """What the words of a name come nearest to, else the default or a value in the middle; None if none is legal."""
    legal = parameter.legal(width)
    numbers = [value for value in legal if isinstance(value, int)]
    texts = [value for value in legal if isinstance(value, str)]
    for word in words:
        if close := difflib.get_close_matches(word, texts, 1, 0.5):
            return close[0]
        if numbers and (match := re.fullmatch(rf"{parameter.name}(\d+)", word)):
            wanted = int(match[1][:9])
            return min(numbers, key=lambda value: abs(value - wanted))
    if parameter.default is not None or not legal:
        return parameter.default
    return legal[len(legal) // 2]
