import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from simulate import combinational

from rtl.table import lookup


class Table(wiring.Component):
    def __init__(self, entries, width):
        self.entries = entries
        super().__init__({"i": In((len(entries) - 1).bit_length()), "o": Out(width)})

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.o.eq(lookup(self.entries, self.i, len(self.o)))
        return m


@pytest.mark.parametrize("entries", [(5,), (0, 7), (-1, 3, -8, 0), (6, 6, 6, 6), tuple(range(-7, 9))])
def test_every_entry_is_found_modulo_the_width(entries):
    for width in (1, 3, 5):
        vectors = [{"i": i} if len(entries) > 1 else {} for i in range(len(entries))]
        assert [entry % (1 << width) for entry in entries] == combinational(Table(entries, width), vectors, "o")
