"""Digit recurrences: one row of logic for each digit of a quotient or a root, dealt out to the stages."""

from collections.abc import Callable, Sequence

from amaranth.hdl import Cat, Module, Mux, Signal, Value

from .pipeline import Pipeline

__all__ = ["deal_out", "quotient_row", "root_row"]


def deal_out(
    m: Module, pipeline: Pipeline, rows: int, row: Callable[..., Sequence[Value]], *state: Value
) -> Sequence[Value]:
    """What ``rows`` rows make of ``state``, evenly dealt out to the stages of the pipeline.

    Parameters
    ----------
    m : Module
    pipeline : Pipeline
        At each of its live points the whole state passes through a register.
    rows : int
    row : callable
        ``row(i, *state)``: the state behind row i. All that is still needed then must be in it.
    *state : Value
        In front of row 0.
    """
    shares = len(pipeline.live) + 1
    for share, point in enumerate([*pipeline.live, None]):
        for i in range(rows * share // shares, rows * (share + 1) // shares):
            state = row(i, *state)
        if point is not None:
            state = pipeline.cut(m, point, *state)
    return state


def quotient_row(m: Module, partial: Value, divisor: Value) -> tuple[Value, Value]:
    """One digit of a restoring division.

    Parameters
    ----------
    m : Module
    partial : Value
        The last remainder with one more digit of the dividend below it. It has at most one bit more than the divisor
        and is below twice the divisor then.
    divisor : Value

    Returns
    -------
    digit : Value
        Whether the divisor fits into ``partial``.
    remainder : Value
        What it leaves, in as many bits as the shorter of both has.
    """
    width = min(len(partial), len(divisor))
    difference = Signal(width + 1)
    m.d.comb += difference.eq(partial - divisor[:width])
    digit = ~difference[-1]
    if width < len(divisor):  # what is above must be 0
        digit &= divisor[width:] == 0
    return _restore(m, digit, difference, partial, width)


def root_row(m: Module, partial: Value, root: Value) -> tuple[Value, Value]:
    """One digit of a restoring square root: (2 r + 1)^2 = (2 r)^2 + (4 r + 1) is tried.

    Parameters
    ----------
    m : Module
    partial : Value
        The last remainder with two more digits of the radicand below it.
    root : Value
        The digits r so far; without any in front of the first row.

    Returns
    -------
    digit : Value
        The next digit of the root.
    remainder : Value
        One bit longer than the root with its new digit: it is at most twice as large.
    """
    width = len(root) + 2
    difference = Signal(width + 1)
    m.d.comb += difference.eq(partial - Cat(1, 0, root) if len(root) else partial - 1)
    return _restore(m, ~difference[-1], difference, partial, width)


def _restore(m: Module, digit: Value, difference: Value, partial: Value, width: int) -> tuple[Value, Value]:
    remainder = Signal(width)
    m.d.comb += remainder.eq(Mux(digit, difference[:width], partial[:width]))
    return digit, remainder
