import random

import pytest
from amaranth.sim import Simulator

from boards.link.uart import MIN_DIVISOR, Receiver, Transmitter


def receive(divisor, levels, ready=lambda cycle: True):
    """(cycle in which valid rose, byte) of all bytes taken, and the cycles with ``lost``."""
    dut = Receiver(divisor)
    taken, lost = [], []

    async def bench(ctx):
        rose = None
        for cycle, level in enumerate(levels):
            ctx.set(dut.rx, level)
            ctx.set(dut.o.ready, ready(cycle))
            if ctx.get(dut.lost):
                lost.append(cycle)
            if ctx.get(dut.o.valid):
                rose = cycle if rose is None else rose
                if ready(cycle):
                    taken.append((rose, ctx.get(dut.o.payload)))
                    rose = None
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return taken, lost


def payloads(taken):
    return [byte for _, byte in taken]


DATA = [0x00, 0xFF, 0x55, 0xAA, 0x01, 0x80, 0x7F, 0xFE]


@pytest.mark.parametrize("divisor", [MIN_DIVISOR, 9, 16, 104])
@pytest.mark.parametrize("mismatch", [-0.02, 0, 0.02])
def test_receiver_takes_back_to_back_bytes_at_two_percent_mismatch(line, divisor, mismatch):
    sent = line(divisor * (1 + mismatch)).idle(1.3).send(*DATA).idle(2)
    taken, lost = receive(divisor, sent.levels)
    assert (payloads(taken), lost) == (DATA, [])


def test_receiver_latency_is_as_documented(line):
    for divisor in (8, 13):
        taken, _ = receive(divisor, line(divisor).send(0x5A).idle(2).levels)
        assert taken == [(9 * divisor + divisor // 2 + 3, 0x5A)]


def test_receiver_drops_a_byte_with_a_low_stop_bit_and_goes_on(line):
    sent = line(10).idle(1).send(1).send(2, stop=0).idle(1).send(3).idle(2)
    taken, lost = receive(10, sent.levels)
    assert (payloads(taken), len(lost)) == ([1, 3], 1)


def test_receiver_takes_a_break_for_one_lost_byte(line):
    taken, lost = receive(10, line(10).idle(1).drive(0, 45).idle(1).send(9).idle(2).levels)
    assert (payloads(taken), len(lost)) == ([9], 1)


@pytest.mark.parametrize("cycles", [1, 2, 4])
def test_receiver_ignores_a_glitch_shorter_than_half_a_start_bit(line, cycles):
    sent = line(10).idle(2).drive(0, cycles / 10).idle(1).send(0xC3).idle(2)
    taken, lost = receive(10, sent.levels)
    assert (payloads(taken), lost) == ([0xC3], [])


def test_receiver_keeps_the_waiting_byte_and_drops_the_next(line):
    sent = line(8).send(1, 2, 3).idle(3)
    taken, lost = receive(8, sent.levels, ready=lambda cycle: cycle > 180)
    assert (payloads(taken), len(lost)) == ([1, 3], 1)


def test_receiver_is_idle_exactly_between_bytes(line, run_on_line):
    levels = line(10).idle(2).send(0xFF).idle(2).levels
    idle = run_on_line(Receiver(10), levels, "idle")
    start, end = 20 + 2, 20 + 9 * 10 + 5 + 3
    assert idle == [cycle < start or cycle >= end for cycle in range(len(levels))]


def transmit(divisor, data, pauses, cycles):
    """Levels of the line while bytes are offered, each after a pause in cycles."""
    dut = Transmitter(divisor)
    levels = []

    async def offer(ctx):
        for byte, pause in zip(data, pauses, strict=True):
            if pause:
                await ctx.tick().repeat(pause)
            ctx.set(dut.i.payload, byte)
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)
            ctx.set(dut.i.payload, 0)

    async def watch(ctx):
        for _ in range(cycles):
            levels.append(ctx.get(dut.tx))
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(offer)
    simulator.add_testbench(watch)
    simulator.run()
    return levels


@pytest.mark.parametrize("divisor", [8, 13])
def test_transmitter_sends_waiting_bytes_without_a_pause(line, divisor):
    sent = transmit(divisor, DATA, [0] * len(DATA), 10 * divisor * len(DATA) + 20)
    assert sent == line(divisor).idle(1 / divisor).send(*DATA).idle(19 / divisor).levels


def test_transmitter_sends_bytes_after_any_pause(decode_line):
    generator = random.Random(1)
    data = [generator.randrange(256) for _ in range(12)]
    sent = transmit(8, data, [generator.randrange(200) for _ in data], 3600)
    assert decode_line(sent, 8) == data


@pytest.mark.parametrize("component", [Receiver, Transmitter])
@pytest.mark.parametrize("divisor", [0, 7, 10.0, True, None])
def test_divisor_out_of_range_raises(component, divisor):
    with pytest.raises(ValueError, match=rf"at least 8 clock cycles a bit, not {divisor!r}"):
        component(divisor)
