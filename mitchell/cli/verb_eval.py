"""``mitchell eval``: one result."""

from fractions import Fraction

import click

import mitchell

from .common import json_option, operator_argument, percent, print_json, print_table, table

__all__ = ["command"]


def _integer(ctx: click.Context, param: click.Parameter, value: str) -> int:
    try:
        return int(value, 0)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is not an integer; write it in decimal, or as 0x.., 0o.. or 0b.."
        ) from None


@click.command("eval", context_settings={"ignore_unknown_options": True})  # so that -3 is a number
@operator_argument
@click.argument("a", callback=_integer)
@click.argument("b", callback=_integer)
@json_option
def command(operator: mitchell.Operator, a: int, b: int, as_json: bool) -> None:
    """One result of OPERATOR on the integers A and B, with the exact one and the error beside it.

    A and B may be decimal, 0x.., 0o.. or 0b.. numbers.
    """
    bits = int(operator(a, b))
    value = Fraction(bits, 1 << operator.fraction_bits)
    exact = operator.exact_value(a, b)
    relative = float((value - exact) / exact) if exact else None
    if as_json:
        print_json(
            {
                "operator": operator.name,
                "operands": dict(zip(operator.operands, (a, b), strict=True)),
                "result": bits,
                "value": float(value),
                "exact": None if exact is None else (int(exact) if exact.denominator == 1 else float(exact)),
                "error": None if exact is None else float(value - exact),
                "relative_error": relative,
                "bound": operator.bound.statement if operator.bound else None,
            }
        )
        return
    rows = table(operator.name, "<operands and result", "")
    first, second = operator.operands
    rows.add_row(first, str(a))
    rows.add_row(second, str(b))
    rows.add_row(
        operator.result,
        str(bits) + (f"  = {float(value):.10g} (unit 2^-{operator.fraction_bits})" if operator.fraction_bits else ""),
    )
    rows.add_row(
        "exact", "undefined" if exact is None else str(exact) if exact.denominator == 1 else f"{float(exact):.10g}"
    )
    if exact is not None:
        error = value - exact
        rows.add_row("error", str(error) if error.denominator == 1 else f"{float(error):.10g}")
    rows.add_row("relative error", percent(relative))
    if operator.bound:
        proved = f"{operator.bound.percent}\n{operator.bound.statement}"
        rows.add_row("proved, of magnitudes" if operator.format.signed else "proved", proved)
    print_table(rows)
