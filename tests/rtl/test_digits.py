from math import isqrt

import pytest
from amaranth.hdl import C, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from simulate import clocked, combinational

from rtl.digits import deal_out, quotient_row, root_row
from rtl.pipeline import Pipeline

POINTS = ("first", "second", "third")


class Row(wiring.Component):
    """A row on its own: o is the remainder, its digit above it."""

    def __init__(self, row, a, b):
        self.row = row
        super().__init__({"a": In(a), "b": In(b), "o": Out(32)})

    def elaborate(self, platform):
        m = Module()
        digit, remainder = self.row(m, self.a, self.b)
        m.d.comb += [self.o[16].eq(digit), self.o[:16].eq(remainder)]
        return m


class Sum(wiring.Component):
    """o = a + 0 + 1 + ... + rows - 1, modulo 256, one row for each."""

    def __init__(self, rows, pipeline):
        self.rows = rows
        self.pipeline = pipeline
        super().__init__({"a": In(8), "o": Out(8)})

    def elaborate(self, platform):
        m = Module()
        (total,) = deal_out(m, self.pipeline, self.rows, lambda i, x: [(x + i)[:8]], self.a)
        m.d.comb += self.o.eq(total)
        return m


@pytest.mark.parametrize(("partial", "divisor"), [(1, 4), (3, 4), (4, 4), (5, 4)])
def test_quotient_row_subtracts_a_divisor_that_fits(partial, divisor):
    pairs = [(a, b) for a in range(1 << partial) for b in range(1, 1 << divisor) if partial <= divisor or a < 2 * b]
    expected = [(a >= b) << 16 | (a - b if a >= b else a) for a, b in pairs]
    vectors = [{"a": a, "b": b} for a, b in pairs]
    assert expected == combinational(Row(quotient_row, partial, divisor), vectors, "o")


@pytest.mark.parametrize("bits", range(5))
def test_root_row_finds_the_next_digit(bits):
    radicands = range(1 << 2 * bits + 2)
    roots = [isqrt(N >> 2) for N in radicands]
    expected = [(isqrt(N) & 1) << 16 | N - isqrt(N) ** 2 for N in radicands]
    # What is above the last two digits has been reduced by the square of the root so far.
    vectors = [{"a": N - 4 * r * r, "b": r} for N, r in zip(radicands, roots, strict=True)]
    assert expected == combinational(Row(root_row, bits + 3 if bits else 2, bits), vectors, "o")


@pytest.mark.parametrize("stages", range(4))
@pytest.mark.parametrize("rows", [0, 1, 2, 5, 8])
def test_every_row_is_dealt_out_once(rows, stages):
    pipeline = Pipeline(POINTS, POINTS[:stages])
    values = [0, 1, 200, 7]
    results = clocked(Sum(rows, pipeline), [{"a": a} for a in values], "o", enables=pipeline.enable, latency=stages)
    assert [a + rows * (rows - 1) // 2 & 255 for a in values] == results


def test_rows_are_dealt_out_evenly():
    m, pipeline, seen = Module(), Pipeline(POINTS, POINTS), []
    cut = pipeline.cut
    pipeline.cut = lambda m, point, *values: seen.append(point) or cut(m, point, *values)
    deal_out(m, pipeline, 7, lambda i, x: seen.append(i) or [x], C(0, 1))
    assert [0, "first", 1, 2, "second", 3, 4, "third", 5, 6] == seen
