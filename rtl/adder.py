"""Adder and subtractor whose carry chain may be cut in two."""

from amaranth.hdl import Cat, Module, Signal, Value

from .pipeline import Pipeline

__all__ = ["add"]


def add(
    m: Module, pipeline: Pipeline, point: str, x: Value, y: Value, *passing: Value, subtract: bool = False
) -> tuple[Value, ...]:
    """Sum x + y, or difference x - y, of two unsigned values of equal width; the carry crosses ``point``.

    If ``point`` is live, the lower half is added in one cycle and the upper half in the next, so that the carry chain,
    which sets the clock of a wide logarithmic multiplier, is half as long. Otherwise it is one chain.

    Parameters
    ----------
    m : Module
    pipeline : Pipeline
        Has the cut point ``point``.
    x, y : Value
        Unsigned, N bits each.
    *passing : Value
        What else is needed behind the point.
    subtract : bool
        x - y instead: two's complement, N + 1 bits.

    Returns
    -------
    tuple of Value
        The sum of N + 1 bits, and ``passing``, behind the point.

    Raises
    ------
    ValueError
        If the widths differ.
    """
    if len(x) != len(y):
        raise ValueError(f"x and y must have the same width, not {len(x)} and {len(y)} bits")

    def combine(a: Value, b: Value) -> Value:
        return (a - b if subtract else a + b)[: len(a) + 1]

    if point not in pipeline.live:
        return combine(x, y), *passing
    half = len(x) // 2
    low, x_high, y_high, *passing = pipeline.cut(m, point, combine(x[:half], y[:half]), x[half:], y[half:], *passing)
    carry = low[-1]
    # The carry enters at the bottom of the chain: (2 a + 1) + (2 b + c) has carry c into a + b.
    high = Signal(len(x_high) + 2, name="high_and_unused_bit")
    m.d.comb += high.eq(combine(Cat(not subtract, x_high), Cat(carry, y_high)))
    return Cat(low[:-1], high[1:]), *passing
