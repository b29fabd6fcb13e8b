"""Our own family of 8-bit floats that are rounded by a carry: plain data. Twin in hardware: ``rtl/float_adder.py``.

``python -m tuning`` finds the carries and writes ``float_tables.py``.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..logarithmic import Correction, Scheme
from ..operation import Parameter
from ..power import PowerScheme
from .family import Family, Implementation, float_power, float_product, float_quotient
from .float_tables import CARRIES
from .logarithmic import POWERS

__all__ = ["CARRYIN", "FULL"]

FULL = "full"
PRECISIONS = (3, 4)  # of f8e5m2 and of f8e4m3


def _gates(operation: str) -> Parameter:
    """What g may be: ``full`` at every precision, numbers where there is a table."""

    def legal(width: int) -> tuple[Any, ...]:
        return *(g for name, F, g in CARRIES if (name, F) == (operation, width - 1) and g != FULL), FULL

    return Parameter(
        "g", legal, None, "two-input gates at most that the carry takes; full rounds every result correctly"
    )


def _scheme(operation: str) -> Callable[..., Scheme]:
    return lambda width, g: Scheme(
        kept=width - 1, correction=Correction(CARRIES[operation, width - 1, g], width - 1, "log")
    )


def _power_scheme(operation: str) -> Callable[..., PowerScheme]:
    return lambda width, g: PowerScheme(CARRIES[operation, width - 1, g], width - 1)


def _implementation(operation: str) -> Implementation:
    parameters = (_gates(operation),)
    legal = {g for precision in PRECISIONS for g in parameters[0].legal(precision)} - {FULL}
    configurations: tuple[dict[str, int | str], ...] = tuple({"g": g} for g in (*sorted(legal), FULL))
    if operation in POWERS:
        made = float_power(operation, _power_scheme(operation), parameters, configurations)
    else:
        made = (float_product if operation == "mul" else float_quotient)(_scheme(operation), parameters, configurations)
    return replace(made, minimum_width=min(PRECISIONS), maximum_width=max(PRECISIONS))


CARRYIN = Family(
    name="carryin",
    title="Conditional carry-in",
    source="after T. Lindberg, O. Gustafsson, On Approximate 8-bit Floating-Point Operations Using Integer Operations,"
    " 2024",
    definition="p = bits(a) + bits(b) - bits(1) + g;  q = bits(n) - bits(d) + bits(1) - g;  and so on, g of fractions"
    " 0 or 1",
    operations={},
    floats={name: _implementation(name) for name in ("mul", "div", *POWERS)},
    status="ours",
    note="The functions g are those of ours that round most results correctly, by the number of their two-input gates;"
    " a root halves the sum with g in it, and its base is one last place less. docs/fp8.md.",
)
