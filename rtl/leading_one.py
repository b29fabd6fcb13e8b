"""Leading-one detector: Mitchell's characteristic."""

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

__all__ = ["LeadingOneDetector", "highest"]


def highest(m: Module, found: Sequence[Value], values: Sequence[Value]) -> tuple[Value, Value, Value]:
    """The highest candidate that is found, by a knock-out tournament of ceil_log2(len(found)) rounds.

    Parameters
    ----------
    m : Module
    found : sequence of Value
        For each candidate, lowest first, whether it is there: 1 bit each, or all as the bits of one Value.
    values : sequence of Value
        What goes with each.

    Returns
    -------
    index, found, value : Value
        Of the winner: its index in ceil_log2(len(found)) bits, whether there is one, and what goes with it. Where there
        is none, the index is 0 and the value that of the lowest candidate.
    """
    if len(found) == 1:
        return C(0, 0), found[0], values[0]
    half = 1 << ceil_log2(len(found)) - 1
    low_index, low_found, low = highest(m, found[:half], values[:half])
    high_index, high_found, high = highest(m, found[half:], values[half:])
    index = Cat(Mux(high_found, high_index, low_index), high_found)
    any_found = Signal()
    m.d.comb += any_found.eq(low_found | high_found)
    return index, any_found, Mux(high_found, high, low)


class LeadingOneDetector(wiring.Component):
    """Index of the most significant one.

    k = floor(log2 i) for i > 0, as a balanced tree of log2(width) levels.

    Parameters
    ----------
    width : int
        Bits of the input, at least 2.

    Raises
    ------
    ValueError
        If ``width`` is below 2.

    Members
    -------
    i : In(width)
    k : Out(ceil_log2(width))
        Index of the leading one; 0 where ``i`` is 0.
    found : Out(1)
        Whether there is a one at all.

    Latency
    -------
    None: combinational.
    """

    def __init__(self, width: int):
        if width < 2:
            raise ValueError(f"width must be at least 2 bits, not {width}")
        self.width = width
        super().__init__({"i": In(width), "k": Out(ceil_log2(width)), "found": Out(1)})

    def elaborate(self, platform):
        m = Module()

        index, found, _ = highest(m, self.i, [C(0, 0)] * self.width)
        m.d.comb += [self.k.eq(index), self.found.eq(found)]
        return m
