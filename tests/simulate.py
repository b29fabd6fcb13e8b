"""Driving combinational and clocked Amaranth components from a list of input vectors."""

from amaranth.sim import Simulator


def combinational(component, inputs, output):
    """Values of the port ``output`` for each dict of port values in ``inputs``."""
    results = []

    async def testbench(ctx):
        for vector in inputs:
            for name, value in vector.items():
                ctx.set(getattr(component, name), int(value))  # and what hangs on it is settled
            results.append(ctx.get(getattr(component, output)))

    simulator = Simulator(component)
    simulator.add_testbench(testbench)
    simulator.run()
    return results


def clocked(component, inputs, output, *, enables=(), latency):
    """The same behind ``latency`` registers whose clock enables are all high; one vector in each cycle."""
    if latency == 0:
        return combinational(component, inputs, output)
    results = []

    async def testbench(ctx):
        for enable in enables:
            ctx.set(enable, 1)
        for cycle in range(len(inputs) + latency):
            for name, value in inputs[min(cycle, len(inputs) - 1)].items():
                ctx.set(getattr(component, name), int(value))
            if cycle >= latency:
                results.append(ctx.get(getattr(component, output)))
            await ctx.tick()

    simulator = Simulator(component)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return results
