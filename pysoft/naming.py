"""Operator names: what they mean, and what an ill-formed one may have meant."""

import difflib
import itertools
import re

from .families import FAMILIES
from .float_formats import FLOAT_FORMATS
from .formats import MAX_WIDTH, MIN_WIDTH, Format, format_from_name
from .operation import OPERATIONS, Parameter

__all__ = ["nearest", "parameters_of", "parse"]

Parts = tuple[str, Format, str, dict[str, int | str]]


def parse(name: str) -> Parts:
    """Operation, format, family and the parameters that are named.

    Raises
    ------
    ValueError
        If the format is unknown, or the name is ill-formed.
    """
    words = name.split("-")
    if len(words) < 3:
        raise ValueError("a name is <operation>-<format>-<family>[-<parameter><value>]...")
    operation, format_name, family, *rest = words
    form = format_from_name(format_name)
    return operation, form, family, _parse_parameters(rest, parameters_of(operation, form, family))


def parameters_of(operation: str, form: Format, family: str) -> tuple[Parameter, ...]:
    """What the family and, of integers, the operation take, in the order of the name; nothing for unknown ones."""
    available = FAMILIES[family].operations_on(form) if family in FAMILIES else {}
    if operation not in available:
        return ()
    own = available[operation].parameters
    return own if form.name in FLOAT_FORMATS else own + OPERATIONS[operation].parameters


def _parse_parameters(words: list[str], known: tuple[Parameter, ...]) -> dict[str, int | str]:
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


def nearest(name: str, count: int = 3) -> list[Parts]:
    """Parts of valid names close to ``name``, nearest first: each part is repaired by itself.

    Of a family that lacks the operation, the same by others comes first, and then what the family has.
    """
    words = [*name.lower().split("-"), "", "", ""][: max(3, name.count("-") + 1)]
    operations = difflib.get_close_matches(words[0], OPERATIONS, 1, 0.5) or list(OPERATIONS)
    families = difflib.get_close_matches(words[2], FAMILIES, 1, 0.4) or ["mitchell", "exact"]
    formats = _nearest_formats(words[1])
    choices = itertools.chain(
        itertools.product(formats, families, operations),
        itertools.product(formats, ["mitchell", "exact"], operations),
        itertools.product(formats, families, OPERATIONS),
        [(format_from_name("u16"), "mitchell", "mul")],
    )
    found = (_nearest_parts(*choice, words[3:]) for choice in choices)
    distinct: list[Parts] = []
    for parts in found:
        if parts is not None and parts not in distinct:
            distinct.append(parts)
        if len(distinct) == count:
            break
    return distinct


def _nearest_parts(form: Format, family: str, operation: str, words: list[str]) -> Parts | None:
    """The format as wide as it must be, and parameters; None if the family has no such operation."""
    implementation = FAMILIES[family].operations_on(form).get(operation)
    integers = form.name not in FLOAT_FORMATS
    if implementation is None or (integers and form.signed and not OPERATIONS[operation].signed):
        return None
    if integers:
        form = format_from_name(f"{form.name[0]}{max(form.width, implementation.minimum_width)}")
    if form.precision > implementation.maximum_width:
        return None
    known = parameters_of(operation, form, family)
    values = {p.name: _nearest_value(p, words, form.precision) for p in known}
    chosen = {name: value for name, value in values.items() if value is not None}
    return (operation, form, family, chosen) if len(chosen) == len(values) else None


def _nearest_formats(word: str) -> list[Format]:
    """The formats that a word comes nearest to."""
    if word[:1] in ("f", "b"):
        return [FLOAT_FORMATS[name] for name in difflib.get_close_matches(word, FLOAT_FORMATS, 2, 0.3) or ["f32"]]
    digits = re.sub(r"\D", "", word)
    width = min(max(int(digits[:9]), MIN_WIDTH), MAX_WIDTH) if digits else 16
    return [format_from_name(f"{sign}{width}") for sign in ("su" if word.startswith(("s", "i")) else "us")]


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
