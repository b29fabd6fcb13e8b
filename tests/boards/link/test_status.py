import random

from stream_bench import offer, simulate

from boards.link.status import IDENTIFICATION, Status


async def read(ctx, dut, address):
    """A word, as soon as it is fresh, but not in the cycle of the address."""
    ctx.set(dut.address, address)
    await ctx.tick()
    while not ctx.get(dut.fresh):
        await ctx.tick()
    return ctx.get(dut.word)


def test_status_holds_the_identification_and_counts_while_it_is_read():
    generator = random.Random(1)
    dut = Status(b"board")
    events = [generator.randrange(6) for _ in range(300)]
    addresses = [generator.randrange(IDENTIFICATION, IDENTIFICATION + 3) for _ in range(100)]
    taken, words = [], []

    async def look(ctx):
        await ctx.tick().repeat(10)
        for address in addresses:
            words.append(await read(ctx, dut, address))

    async def look_at_counters(ctx):
        while len(taken) < len(events) or len(words) < len(addresses):
            await ctx.tick()
        await ctx.tick().repeat(3)
        assert [events.count(i) for i in range(6)] == [await read(ctx, dut, i) for i in range(6)]

    simulate(dut, offer(dut.i, events, taken, idle=lambda: generator.choice([0, 0, 5])), look, look_at_counters)
    assert words == [int.from_bytes(b"board\0"[2 * i - 16 :][:2], "little") for i in addresses]


def test_status_counts_modulo_two_to_the_sixteen():
    dut = Status(b"")
    seen = []

    async def look(ctx):
        await ctx.tick().repeat(10)
        ctx.set(dut.contents[4], 0xFFFE)
        ctx.set(dut.i.payload, 4)
        for _ in range(3):
            ctx.set(dut.i.valid, 1)
            await ctx.tick()
            ctx.set(dut.i.valid, 0)
            await ctx.tick().repeat(2)
            seen.append(await read(ctx, dut, 4))

    simulate(dut, look)
    assert seen == [0xFFFF, 0, 1]
