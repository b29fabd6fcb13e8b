import random

import pytest
from amaranth.hdl import Value
from stream_bench import simulate, watch

from boards.link.buffer import FrameBuffer


def play(depth, frames, *, gap, busy):
    """Write frames, (bytes, accept), and read: bytes read, those a perfect queue gives, and which frames overran it.

    The queue is told of every byte read, as the buffer makes room for what has been read.
    """
    dut = FrameBuffer(depth)
    seen, expected, overrun = [], [], []
    payload = Value.cast(dut.i.payload)

    async def write(ctx):
        for data, accept in frames:
            room = True
            for byte in data:
                ctx.set(payload, byte)
                ctx.set(dut.i.valid, 1)
                written = len(expected) + data.index(byte)  # bytes of a frame differ from each other
                room &= written - len(seen) < depth
                await ctx.tick()
                ctx.set(dut.i.valid, 0)
                await ctx.tick().repeat(gap())
            ctx.set(dut.end, 1)
            ctx.set(dut.accept, accept)
            assert ctx.get(dut.overrun) == (not room)
            await ctx.tick()
            ctx.set(dut.end, 0)
            if accept and room:
                expected.extend(data)
            overrun.append(not room)
            await ctx.tick().repeat(gap())
        await ctx.tick().repeat(depth * (3 + max(busy() for _ in range(9))))

    simulate(dut, write, background=[watch(dut.o, seen, busy=busy)])
    return [byte for _, byte in seen], expected, overrun


def distinct(generator, most):
    return generator.sample(range(512), generator.randrange(1, most))


def test_buffer_hands_on_accepted_frames_alone():
    generator = random.Random(1)
    frames = [(distinct(generator, 12), generator.random() < 0.6) for _ in range(40)]
    seen, expected, overrun = play(64, frames, gap=lambda: generator.choice([1, 2]), busy=lambda: 0)
    assert (seen, any(overrun)) == (expected, False)
    assert expected == [byte for data, accept in frames if accept for byte in data]
    assert len(expected) > 64  # once round


@pytest.mark.parametrize("most", [30, 90])
def test_buffer_drops_a_frame_without_room_and_keeps_all_others(most):
    generator = random.Random(most)
    frames = [(distinct(generator, most), generator.random() < 0.8) for _ in range(16)]
    seen, expected, overrun = play(64, frames, gap=lambda: 1, busy=lambda: generator.choice([0, 0, 20]))
    assert seen == expected
    assert {True, False} == set(overrun)


def test_buffer_is_full_with_depth_bytes_and_not_before():
    for size in (64, 65):
        full = list(range(size))
        seen, expected, overrun = play(64, [(full, True), ([7], True)], gap=lambda: 4, busy=lambda: 0)
        assert (seen, overrun) == (expected, [size > 64, False])


def test_buffer_reads_a_byte_every_second_cycle_two_cycles_after_the_end():
    dut = FrameBuffer(64)
    seen = []

    async def write(ctx):
        for byte in range(5):
            ctx.set(Value.cast(dut.i.payload), byte)
            ctx.set(dut.i.valid, 1)
            await ctx.tick()
        ctx.set(dut.i.valid, 0)
        ctx.set(dut.end, 1)
        ctx.set(dut.accept, 1)
        await ctx.tick()
        ctx.set(dut.end, 0)
        await ctx.tick().repeat(20)

    simulate(dut, write, background=[watch(dut.o, seen, busy=lambda: 0)])
    assert seen == [(5 + 2 + 2 * i, i) for i in range(5)]


@pytest.mark.parametrize("depth", [0, 32, 63, 1000, 65536, -64, True, 64.0, None])
def test_depth_out_of_range_raises(depth):
    with pytest.raises(ValueError, match=rf"power of two of 64\.\.32768 bytes, not {depth!r}"):
        FrameBuffer(depth)
