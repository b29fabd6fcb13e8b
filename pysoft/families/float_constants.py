"""Published families of floats that add one constant to the sum of the bit patterns. Twin: ``rtl/float_adder.py``."""

from collections.abc import Callable

from ..logarithmic import Correction, Scheme
from ..power import PowerScheme
from .family import Family, float_power, float_product, float_quotient
from .logarithmic import POWERS

__all__ = ["GH", "LMUL"]


def _lmul(width: int) -> Scheme:
    m = width - 1
    l = m if m <= 3 else 3 if m == 4 else 4
    return Scheme(kept=m, correction=Correction(((1,),), l, "log"))


LMUL = Family(
    name="lmul",
    title="L-Mul",
    source="H. Luo, W. Sun, Addition is All You Need for Energy-efficient Language Models, 2024",
    definition="p = antilog(log a + log b + 2^-l), l = m for fractions of m <= 3 bits, 3 for 4, 4 for more",
    operations={},
    floats={"mul": float_product(_lmul)},
    status="re-implemented",
    note="With fractions of 2 and 3 bits the constant makes the product worse than plain addition does.",
)

# Added to the logarithm of the result; that of a root is halved with it.
GH_CONSTANTS = {
    "mul": 0.0545458,
    "div": -0.0593111,
    "square": 0.0540926,
    "reciprocal": -0.1171358,
    "sqrt": -0.0558152,
    "rsqrt": -0.1715729,
}


def _units(operation: str, width: int) -> int:
    """The constant in units of the last place."""
    return round(GH_CONSTANTS[operation] * 2.0 ** (width - 1))


def _scheme(operation: str) -> Callable[[int], Scheme]:
    return lambda width: Scheme(
        kept=width - 1, correction=Correction(((abs(_units(operation, width)),),), width - 1, "log")
    )


def _power(operation: str) -> Callable[[int], PowerScheme]:
    return lambda width: PowerScheme(((_units(operation, width),),), width - 1)


GH = Family(
    name="gh",
    title="Gustafsson and Hellman",
    source="O. Gustafsson, N. Hellman, Approximate Floating-Point Operations with Integer Units by Processing in the"
    " Logarithmic Domain, ARITH 2021",
    definition="p = antilog(log a + log b + c);  q = antilog(log n - log d - c);  r = antilog(n log a + c)",
    operations={},
    floats={
        "mul": float_product(_scheme("mul")),
        "div": float_quotient(_scheme("div")),
        **{name: float_power(name, _power(name)) for name in POWERS},
    },
    status="re-implemented",
    note="Constants of seven published digits, rounded to the last place of the format.",
)
