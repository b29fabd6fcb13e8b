"""Arithmetics by name: ``f32-mitchell``, ``bf16-mitchell``, ``f8e4m3-mitchell``, ``s8-exact``, ``f32-realm-m8``."""

from typing import Any

from .arithmetic import Arithmetic
from .float_formats import FloatFormat
from .operator import Operator

__all__ = ["named_arithmetic"]

_NARROW = 8  # bits of numbers that are too few for anything but sums of products


def named_arithmetic(name: str, **options: Any) -> Arithmetic:
    """The arithmetic of a format and a family.

    Every operation that the family has in the format is the family's. Quotients and roots that it has not are
    Mitchell's, so that nothing but ``exact`` multiplies or divides exactly. Formats of 8 bits are those of sums of
    products, whose operands are scaled by powers of two (:mod:`pysoft.scaled_product`), and everything else is in
    ``f32`` then, by Mitchell's operators or exact as the family is.

    Parameters
    ----------
    name : str
        ``<format>-<family>[-<parameter><value>]...``, as an operator's without its operation. Formats: ``f32``,
        ``bf16``, ``f16``, ``f8e4m3``, ``f8e5m2``, ``s8`` and other signed integers of up to 16 bits.
    **options
        ``threads`` and ``accumulate`` of :class:`Arithmetic`.

    Raises
    ------
    ValueError
        If there is no such family, or it has no multiplication in this format.

    Examples
    --------
    >>> named_arithmetic("f32-lmul").operator("div").name, named_arithmetic("f32-lmul").operator("rsqrt").name
    ('div-f32-mitchell', 'rsqrt-f32-mitchell')
    >>> named_arithmetic("s8-drum-k4")  # doctest: +ELLIPSIS
    Arithmetic(multiply='mul-f32-mitchell', ..., accumulate='float32', products='mul-s8-drum-k4')
    """
    multiply = Operator.from_name(f"mul-{name}")
    form, family = multiply.format, name.partition("-")[2]
    if not isinstance(form, FloatFormat) or form.width <= _NARROW:
        return Arithmetic.of_family("exact" if multiply.is_exact else "mitchell", products=multiply, **options)
    if multiply.is_exact:
        return Arithmetic.of_family(family, form.name, **options)
    own = Arithmetic.of_family(family, form.name)
    missing = {
        argument: Operator(operation, form, "mitchell")
        for operation, argument in {"div": "divide", "sqrt": "sqrt", "rsqrt": "rsqrt"}.items()
        if own.operator(operation).is_exact
    }
    return Arithmetic.of_family(family, form.name, **{**missing, **options})
