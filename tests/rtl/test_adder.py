import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from simulate import clocked

from rtl.adder import add
from rtl.pipeline import Pipeline


class Sum(wiring.Component):
    def __init__(self, width, live, *, subtract=False, with_carry=False):
        self.pipeline = Pipeline(("carry",), live)
        self.subtract = subtract
        self.with_carry = with_carry
        super().__init__({"x": In(width), "y": In(width), "flag": In(1), "o": Out(width + 2)})

    def elaborate(self, platform):
        m = Module()
        carry = (self.x[0], self.y[0]) if self.with_carry else None
        total, flag = add(m, self.pipeline, "carry", self.x, self.y, self.flag, subtract=self.subtract, carry=carry)
        m.d.comb += [self.o[:-1].eq(total), self.o[-1].eq(flag)]
        return m


@pytest.mark.parametrize("width", [2, 3, 4, 5])
@pytest.mark.parametrize("live", [(), ("carry",)])
@pytest.mark.parametrize("subtract", [False, True])
def test_add_is_exact_and_keeps_what_passes_in_step(width, live, subtract):
    pairs = [(x, y) for x in range(1 << width) for y in range(1 << width)]
    vectors = [{"x": x, "y": y, "flag": (x ^ y) & 1} for x, y in pairs]
    modulus = 1 << width + 1
    expected = [((x - y if subtract else x + y) % modulus) + modulus * ((x ^ y) & 1) for x, y in pairs]
    component = Sum(width, live, subtract=subtract)
    assert expected == clocked(component, vectors, "o", enables=component.pipeline.enable, latency=len(live))


@pytest.mark.parametrize("width", [2, 3, 5])
@pytest.mark.parametrize("live", [(), ("carry",)])
def test_carry_into_a_sum_is_the_and_of_two_bits(width, live):
    vectors = [{"x": x, "y": y, "flag": 0} for x in range(1 << width) for y in range(1 << width)]
    component = Sum(width, live, with_carry=True)
    results = clocked(component, vectors, "o", enables=component.pipeline.enable, latency=len(live))
    assert [v["x"] + v["y"] + (v["x"] & v["y"] & 1) for v in vectors] == results


def test_add_refuses_different_widths():
    with pytest.raises(ValueError, match="not 3 and 4 bits"):
        add(Module(), Pipeline(("carry",)), "carry", Signal(3), Signal(4))
