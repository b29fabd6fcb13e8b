"""Leading-one detector: Mitchell's characteristic."""

from amaranth.hdl import Cat, Module, Mux, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

__all__ = ["LeadingOneDetector"]


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

        def detect(bits: Value, levels: int) -> tuple[Value, Value]:
            """(index, found) within ``bits``, the index in ``levels`` bits."""
            if levels == 0:
                return Cat(), bits.any()
            half = 1 << levels - 1
            low_index, low_found = detect(bits[:half], levels - 1)
            if len(bits) <= half:
                return Cat(low_index, 0), low_found
            high_index, high_found = detect(bits[half:], levels - 1)
            return Cat(Mux(high_found, high_index, low_index), high_found), low_found | high_found

        index, found = detect(self.i, len(self.k))
        m.d.comb += [self.k.eq(index), self.found.eq(found)]
        return m
