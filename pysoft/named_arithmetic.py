"""Arithmetics by name: ``f32-mitchell``, ``bf16-mitchell``, ``s8-exact``, ``f32-realm-m8+exact``."""

from typing import Any

from .arithmetic import Arithmetic
from .float_formats import FloatFormat
from .operator import Operator

__all__ = ["named_arithmetic"]

_NARROW = 8  # bits of numbers that are too few for anything but sums of products


def named_arithmetic(name: str, **options: Any) -> Arithmetic:
    """The arithmetic of a format and of a family, or of two.

    Products and squares are those of the first family, quotients, roots and exponentials those of the second, which is
    the first again if none is named. What a family has not is Mitchell's, so that nothing multiplies or divides
    exactly but ``exact``. Formats of 8 bits, and other integers, are those of sums of products, whose operands are
    scaled by powers of two (:mod:`pysoft.scaled_product`); everything else is in ``f32`` then, by the second family,
    or else exact if the first is, and Mitchell's if it is not.

    Parameters
    ----------
    name : str
        ``<format>-<family>[+<family>]``, each family with its parameters, if it has any, as in the name of an
        operator. Formats: ``f32``, ``bf16``, ``f16``, ``f8e4m3``, ``f8e5m2``, ``s8`` and other signed integers of up
        to 16 bits.
    **options
        ``threads`` and ``accumulate`` of :class:`Arithmetic`.

    Raises
    ------
    ValueError
        If there is no such family, or it has no multiplication in this format.

    Examples
    --------
    >>> named_arithmetic("f32-lmul").operator("mul").name, named_arithmetic("f32-lmul").operator("div").name
    ('mul-f32-lmul', 'div-f32-mitchell')
    >>> named_arithmetic("f32-lmul+exact").operator("div").name
    'div-f32-exact'
    >>> named_arithmetic("s8-drum-k4")  # doctest: +ELLIPSIS
    Arithmetic(multiply='mul-f32-mitchell', ..., accumulate='float32', products='mul-s8-drum-k4')
    """
    first, plus, second = name.partition("+")
    if plus and not second:
        raise ValueError(f"arithmetic {name!r} has no family behind its +")
    multiply = Operator.from_name(f"mul-{first}")
    form, family = multiply.format, first.partition("-")[2]
    if not isinstance(form, FloatFormat) or form.width <= _NARROW:
        others = second or ("exact" if multiply.is_exact else "mitchell")
        return named_arithmetic(f"f32-{others}", products=multiply, **options)
    own, other = (Arithmetic.of_family(each, form.name) for each in (family, second or family))
    chosen: dict[str, Any] = {"multiply": multiply, **options}
    if multiply.is_exact or not own.operator("square").is_exact:
        chosen["square"] = own.operator("square")
    missing = "exact" if other.operator("mul").is_exact else "mitchell"
    for operation, argument in {"div": "divide", "reciprocal": "reciprocal", "sqrt": "sqrt", "rsqrt": "rsqrt"}.items():
        operator = other.operator(operation)
        chosen[argument] = Operator(operation, form, missing) if operator.is_exact else operator
    return Arithmetic(exponential=missing, **chosen)
