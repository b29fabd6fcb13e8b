"""The operator as the front door hands it out: the model of ``pysoft`` that also knows its circuit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pysoft import operator as _model
from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.formats import MAX_WIDTH, MIN_WIDTH, Format, IntegerFormat
from pysoft.operation import OPERATIONS

__all__ = ["Operator", "operator", "operators"]


class Operator(_model.Operator):
    """A :class:`pysoft.operator.Operator` with its circuit and its Verilog, which need the extra ``hdl``.

    Examples
    --------
    >>> op = operator("mul-s8-mitchell")
    >>> int(op(-3, 3))
    -8
    """

    def circuit(self, *, stages: int = 0) -> Any:
        """The operator as an Amaranth component.

        Parameters
        ----------
        stages : int
            0 for the combinational ``rtl.core.Core``, 1 to 5 for the stream ``rtl.shell.Shell`` with as many registers.

        Raises
        ------
        ModuleNotFoundError
            If the extra ``hdl`` is not installed.
        ValueError
            If ``stages`` is outside 0..5.
        """
        with _naming_the_extra():
            from rtl.core import Core, check_stages
            from rtl.shell import Shell
        return Shell(self, stages=stages) if check_stages(stages) else Core(self)

    def verilog(self, stages: int = 0) -> str:
        """Text of one self-contained Verilog-2005 file; see :func:`rtl.verilog.generate`.

        Parameters
        ----------
        stages : int
            0 for a combinational module, 1 to 5 for a pipeline with handshake of this latency in cycles.

        Raises
        ------
        ModuleNotFoundError
            If the extra ``hdl`` is not installed.
        ValueError
            If ``stages`` is outside 0..5.
        """
        with _naming_the_extra():
            from rtl.verilog import generate
        return generate(self, stages=stages)


@contextmanager
def _naming_the_extra() -> Iterator[None]:
    """Say of a module that is missing which extra brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"circuits need {error.name}, which is not installed: run  pip install 'mitchell[hdl]'"
        raise ModuleNotFoundError(message, name=error.name) from None


def operator(name: str) -> Operator:
    """The operator called ``name``, such as ``mul-u16-mitchell`` or ``div-s13-mitchell-f4``.

    Raises
    ------
    TypeError
        If ``name`` is not a string.
    ValueError
        If the name is unknown or ill-formed; the message shows the nearest valid names.
    """
    return Operator.from_name(name)


def operators() -> tuple[Operator, ...]:
    """The catalogue: every family with every operation it has in every format, the operation's parameters at their
    defaults and the family's own as its source prints figures of. A result that must be given fraction bits has as many
    as its operand has bits.

    Examples
    --------
    >>> [op.name for op in operators() if op.format.name == "u16"][:3]
    ['mul-u16-exact', 'div-u16-exact', 'square-u16-exact']
    >>> [op.name for op in operators() if op.format.name == "bf16" and op.family == "gh"][:3]
    ['mul-bf16-gh', 'div-bf16-gh', 'square-bf16-gh']
    """
    integers: list[Format] = [
        IntegerFormat(signed=signed, width=width)
        for signed in (False, True)
        for width in range(MIN_WIDTH, MAX_WIDTH + 1)
    ]
    return tuple(
        Operator(operation, form, family.name, {**_given(operation, form), **configuration})
        for family in FAMILIES.values()
        for formats in (integers, list(FLOAT_FORMATS.values()))
        for operation, implementation in family.operations_on(formats[0]).items()
        for form in formats
        if form.name in FLOAT_FORMATS or OPERATIONS[operation].signed or not form.signed
        for configuration in implementation.configurations_at(form.precision)
    )


def _given(operation: str, form: Format) -> dict[str, int]:
    """Parameters of the operation that have no default."""
    needed = () if form.name in FLOAT_FORMATS else OPERATIONS[operation].parameters
    return {parameter.name: form.width for parameter in needed if parameter.default is None}
