"""``mitchell eval``: one result."""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import click
import numpy as np

import mitchell
from pysoft.float_formats import FloatFormat
from pysoft.formats import Format

from .common import (
    json_option,
    number,
    operator_argument,
    percent,
    plain_number,
    print_json,
    print_table,
    result_text,
    table,
)
from .numerals import operand_value

__all__ = ["command"]


class _Operand(NamedTuple):
    """A number of the format of an operator, and how it was written where that is another number."""

    value: Any
    rounded_from: str | None


class _Answer(NamedTuple):
    """Operands and result of an operator, and what can be said of them; see ``command``."""

    operator: mitchell.Operator
    operands: tuple[_Operand, ...]
    result: Any
    value: Fraction | None
    exact: Fraction | None
    bound: str | None

    @property
    def error(self) -> Fraction | None:
        return None if self.value is None or self.exact is None else self.value - self.exact

    @property
    def relative_error(self) -> float | None:
        """None, too, for a float that became zero."""
        flushed = isinstance(self.operator.format, FloatFormat) and not self.value
        return None if flushed or self.error is None or not self.exact else float(self.error / self.exact)

    def bits(self, value: Any, *, of_result: bool = False) -> str:
        """All bits of an operand or of the result, in hexadecimal."""
        form = self.operator.result_format if of_result else self.operator.format
        (bits,) = form.to_bits(np.array([value])).tolist()
        return f"{bits:#0{2 + -(-form.width // 4)}x}"


def _is_subnormal(form: Format, value: Any) -> bool:
    if not isinstance(form, FloatFormat):
        return False
    (bits,) = form.to_bits(np.array([value])).tolist()
    return 0 < int(bits) & ((1 << form.width - 1) - 1) < form.smallest


def _operands(operator: mitchell.Operator, texts: tuple[str, ...], bits: bool) -> tuple[_Operand, ...]:
    found = []
    for name, text in zip(operator.operands, texts, strict=True):
        try:
            value, is_exact = operand_value(text, operator.format, bits=bits)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=name) from None
        found.append(_Operand(value, None if is_exact else text))
    return tuple(found)


def _answer(operator: mitchell.Operator, operands: tuple[_Operand, ...]) -> _Answer:
    numbers = [operand.value for operand in operands]
    result, bound = operator(*numbers), operator.bound
    return _Answer(
        operator=operator,
        operands=operands,
        result=result,
        value=operator.real(result) if math.isfinite(result) else None,
        exact=operator.exact_value(*numbers),
        bound=None if bound is None else bound.statement,
    )


@click.command("eval", context_settings={"ignore_unknown_options": True})  # so that -3 is a number
@operator_argument
@click.argument("operands", metavar="A [B]", nargs=-1, required=True)
@click.option(
    "--bits", is_flag=True, help="operands are patterns of bits, such as 0x3fc0: of floats, or two's complement"
)
@json_option
def command(operator: mitchell.Operator, operands: tuple[str, ...], bits: bool, as_json: bool) -> None:
    """One result of OPERATOR on A, or on A and B, with the exact one and the error beside it.

    Integers may be decimal, 0x.., 0o.. or 0b.. numbers. Floats may be decimal, such as 1.5 or 1e-3, hexadecimal as in
    C, such as 0x1.8p0, or inf or nan; what the format does not hold is rounded to the nearest number, and that is what
    the exact result is of. A result that is zero, infinity or NaN has no relative error.
    """
    if len(operands) != len(operator.operands):
        many = f"{len(operator.operands)} operand{'s' * (len(operator.operands) > 1)}"
        raise click.UsageError(f"{operator} takes {many}, {' and '.join(operator.operands)}, not {len(operands)}")
    answer = _answer(operator, _operands(operator, operands, bits))
    if as_json:
        print_json(_plain(answer, with_bits=bits or isinstance(operator.format, FloatFormat)))
    else:
        _print(answer, with_bits=bits or isinstance(operator.format, FloatFormat))


def _plain(answer: _Answer, *, with_bits: bool) -> dict[str, Any]:
    """The answer for JSON."""
    operator, exact, error = answer.operator, answer.exact, answer.error
    is_float = isinstance(operator.format, FloatFormat)
    result = plain_number(operator.format, answer.result)
    plain: dict[str, Any] = {
        "operator": operator.name,
        "operands": {
            name: plain_number(operator.format, operand.value)
            for name, operand in zip(operator.operands, answer.operands, strict=True)
        },
        "result": result,
        "value": result if is_float or answer.value is None else float(answer.value),
        "exact": None if exact is None else (int(exact) if exact.denominator == 1 and not is_float else float(exact)),
        "error": None if error is None else float(error),
        "relative_error": answer.relative_error,
        "bound": answer.bound,
    }
    if with_bits:
        names = zip(operator.operands, answer.operands, strict=True)
        plain["bits"] = {name: answer.bits(operand.value) for name, operand in names}
        plain["bits"][operator.result] = answer.bits(answer.result, of_result=True)
    if is_float:
        names = zip(operator.operands, answer.operands, strict=True)
        plain["rounded_from"] = {name: operand.rounded_from for name, operand in names if operand.rounded_from}
    return plain


def _print(answer: _Answer, *, with_bits: bool) -> None:
    operator, exact, error = answer.operator, answer.exact, answer.error
    is_float = isinstance(operator.format, FloatFormat)
    rows = table(operator.name, "<operands and result", "", *(["bits"] if with_bits else []))

    def add(title: str, text: str, bits: str = "") -> None:
        rows.add_row(title, text, *([bits] if with_bits else []))

    for name, operand in zip(operator.operands, answer.operands, strict=True):
        text = number(operator.format, operand.value)
        if operand.rounded_from:
            shown = operand.rounded_from if len(operand.rounded_from) <= 24 else f"{operand.rounded_from[:24]}..."
            text = f"{float(operand.value)!r}  (nearest to {shown})"
        if _is_subnormal(operator.format, operand.value):
            text += "  (subnormal: counts as zero)"
        add(name, text, answer.bits(operand.value) if with_bits else "")
    bits = answer.bits(answer.result, of_result=True) if with_bits else ""
    add(operator.result, result_text(operator, answer.result), bits)

    def real(number: Fraction) -> str:
        return str(number) if number.denominator == 1 and not is_float else f"{float(number):.10g}"

    nothing = "no finite value" if is_float else "undefined"
    add("exact", nothing if exact is None else real(exact))
    if error is not None:
        add("error", real(error))
    add("relative error", percent(answer.relative_error))
    if operator.bound and (not is_float or answer.relative_error is not None):  # it is of normal results
        signed = operator.format.signed and not is_float
        add("proved, of magnitudes" if signed else "proved", f"{operator.bound.percent}\n{operator.bound.statement}")
    print_table(rows)
