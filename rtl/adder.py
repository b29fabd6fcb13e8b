"""Adder and subtractor whose carry chain may be cut in two."""

from amaranth.hdl import C, Cat, Module, Signal, Value

from .pipeline import Pipeline

__all__ = ["add"]


def add(
    m: Module,
    pipeline: Pipeline,
    point: str,
    x: Value,
    y: Value,
    *passing: Value,
    subtract: bool = False,
    carry: tuple[Value, Value] | None = None,
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
    carry : tuple of Value
        Two bits whose AND is the carry into a sum.

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

    def combine(a: Value, b: Value, carry: tuple[Value, Value] | None) -> Value:
        if carry is None:
            return (a - b if subtract else a + b)[: len(a) + 1]
        # The carry enters at the bottom of the chain: (2 a + u) + (2 b + v) has carry u v into a + b.
        total = Signal(len(a) + 2, name="sum_and_unused_bit")
        m.d.comb += total.eq(combine(Cat(carry[0], a), Cat(carry[1], b), None))
        return total[1:]

    if point not in pipeline.live:
        return combine(x, y, carry), *passing
    half = len(x) // 2
    low, x_high, y_high, *passing = pipeline.cut(
        m, point, combine(x[:half], y[:half], carry), x[half:], y[half:], *passing
    )
    # A borrow into a difference: (2 a) - (2 b + v).
    return Cat(low[:-1], combine(x_high, y_high, (C(not subtract, 1), low[-1]))), *passing
