"""Streams of Amaranth components at any pace, in test benches that look at few signals in a cycle."""

from amaranth.hdl import Value
from amaranth.sim import Simulator


def never():
    return 0


def offer(port, items, taken, *, idle=never, rest=2):
    """A bench that offers integers to a stream, each after ``idle()`` cycles, and ends ``rest`` cycles after the last.

    Appends the cycles in which they were taken to ``taken``. An item that is no integer is called with the context:
    a coroutine that does something else and says how many cycles that took.
    """
    valid, ready, payload = port.valid, port.ready, Value.cast(port.payload)

    async def bench(ctx):
        cycle = 0
        for item in items:
            if pause := idle():
                ctx.set(valid, 0)
                await ctx.tick().repeat(pause)
                cycle += pause
            if isinstance(item, int):
                ctx.set(payload, item)
                ctx.set(valid, 1)
                transfers = False
                while not transfers:
                    *_, transfers = await ctx.tick().sample(ready)
                    cycle += 1
                taken.append(cycle - 1)
            else:
                ctx.set(valid, 0)
                cycle += await item(ctx)
        ctx.set(valid, 0)
        await ctx.tick().repeat(rest)

    return bench


def watch(port, seen, *, busy=None):
    """A background bench that appends (cycle, payload) of each transfer to ``seen``.

    After each it is not ready for ``busy()`` cycles; without ``busy`` somebody else drives ``ready``.
    """
    valid, payload = port.valid, Value.cast(port.payload)

    async def bench(ctx):
        cycle = pause = 0
        while True:
            if busy:
                ctx.set(port.ready, pause == 0)
            *_, transfers, value = await ctx.tick().sample(valid & port.ready, payload)
            if transfers:
                seen.append((cycle, value))
                pause = busy() + 1 if busy else 0
            pause -= pause > 0
            cycle += 1

    return bench


def simulate(dut, *benches, background=()):
    """Run benches to their end; those in the background need not come to one."""
    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    for bench in benches:
        simulator.add_testbench(bench)
    for bench in background:
        simulator.add_testbench(bench, background=True)
    simulator.run()
