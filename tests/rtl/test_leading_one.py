import pytest
from amaranth.hdl import C, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from simulate import combinational

from rtl.leading_one import LeadingOneDetector, highest


class Tournament(wiring.Component):
    """The winner among ``count`` candidates, of which number j brings 3 j + 1."""

    def __init__(self, count):
        super().__init__({"i": In(count), "index": Out(3), "found": Out(1), "value": Out(5)})

    def elaborate(self, platform):
        m = Module()
        index, found, value = highest(m, self.i, [C(3 * j + 1, 5) for j in range(len(self.i))])
        m.d.comb += [self.index.eq(index), self.found.eq(found), self.value.eq(value)]
        return m


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 8])
def test_the_highest_candidate_wins_with_what_goes_with_it(count):
    vectors = [{"i": found} for found in range(1 << count)]
    winners = [max(vector["i"].bit_length() - 1, 0) for vector in vectors]
    assert winners == combinational(Tournament(count), vectors, "index")
    assert [int(vector["i"] > 0) for vector in vectors] == combinational(Tournament(count), vectors, "found")
    assert [3 * winner + 1 for winner in winners] == combinational(Tournament(count), vectors, "value")


@pytest.mark.parametrize("width", range(2, 10))
def test_leading_one_is_bit_length_of_every_value(width):
    values = range(1 << width)
    vectors = [{"i": value} for value in values]
    assert [max(value.bit_length() - 1, 0) for value in values] == combinational(
        LeadingOneDetector(width), vectors, "k"
    )
    assert [int(value > 0) for value in values] == combinational(LeadingOneDetector(width), vectors, "found")


def test_leading_one_of_one_bit_is_refused():
    with pytest.raises(ValueError, match="at least 2 bits, not 1"):
        LeadingOneDetector(1)
