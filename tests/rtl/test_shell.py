import random

import pytest
from amaranth.hdl import Elaboratable, Module, ResetInserter, Signal
from amaranth.sim import Simulator

from pysoft.operator import Operator
from rtl.shell import Shell

OPERATOR = Operator.from_name("mul-u6-mitchell")


class WithReset(Elaboratable):
    """A shell with a reset that a test bench can drive."""

    def __init__(self, shell):
        self.shell = shell
        self.reset = Signal()

    def elaborate(self, platform):
        m = Module()
        m.submodules.shell = ResetInserter(self.reset)(self.shell)
        return m


def run(stages, cycles, offer, take, reset=lambda cycle: False):
    """(cycle, value) of every transfer in and out, driving valid and ready by functions of the cycle."""
    shell = Shell(OPERATOR, stages=stages)
    top = WithReset(shell)
    source = random.Random(1)
    taken_in, taken_out = [], []

    async def testbench(ctx):
        pair, held = None, None
        for cycle in range(cycles):
            if pair is None and offer(cycle):
                pair = (source.randrange(64), source.randrange(64))
            ctx.set(shell.i.valid, pair is not None)
            if pair is not None:
                ctx.set(shell.i.payload, {"a": pair[0], "b": pair[1]})
            ctx.set(shell.o.ready, take(cycle))
            ctx.set(top.reset, reset(cycle))
            valid, payload = ctx.get(shell.o.valid), ctx.get(shell.o.payload)
            assert held is None or (valid and payload == held), "the payload must hold while valid waits"
            if valid and take(cycle) and not reset(cycle):
                taken_out.append((cycle, payload))
            held = payload if valid and not take(cycle) and not reset(cycle) else None
            if pair is not None and ctx.get(shell.i.ready):
                if not reset(cycle):
                    taken_in.append((cycle, int(OPERATOR(*pair))))
                pair = None
            await ctx.tick()

    simulator = Simulator(top)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return taken_in, taken_out


@pytest.mark.parametrize("stages", range(1, 6))
def test_shell_delivers_one_result_per_cycle_after_stages_cycles(stages):
    taken_in, taken_out = run(stages, 40, offer=lambda cycle: True, take=lambda cycle: True)
    assert 40 == len(taken_in)
    assert [(cycle + stages, value) for cycle, value in taken_in[: 40 - stages]] == taken_out


@pytest.mark.parametrize("stages", range(1, 6))
@pytest.mark.parametrize("idle", [0, 0.5, 0.9])
@pytest.mark.parametrize("busy", [0, 0.5, 0.9])
def test_shell_delivers_every_result_once_in_order(stages, idle, busy):
    rng = random.Random(stages)
    offers = [rng.random() >= idle for _ in range(300)] + [False] * 100
    takes = [rng.random() >= busy for _ in range(300)] + [True] * 100
    taken_in, taken_out = run(stages, 400, offers.__getitem__, takes.__getitem__)
    assert len(taken_in) > 10
    assert [value for _, value in taken_in] == [value for _, value in taken_out]


@pytest.mark.parametrize("stages", range(1, 6))
def test_shell_fills_every_stage_while_the_output_stalls(stages):
    taken_in, taken_out = run(stages, 60, offer=lambda cycle: cycle % 3 == 0, take=lambda cycle: cycle >= 40)
    assert stages == sum(cycle < 40 for cycle, _ in taken_in)
    # and no bubble is left between them
    assert [40 + i for i in range(stages)] == [cycle for cycle, _ in taken_out[:stages]]


@pytest.mark.parametrize("stages", range(1, 6))
def test_reset_empties_the_shell(stages):
    taken_in, taken_out = run(
        stages, 60, offer=lambda cycle: True, take=lambda cycle: cycle % 2 == 0, reset=lambda cycle: cycle in (20, 21)
    )
    before = [value for cycle, value in taken_in if cycle < 20]
    after = [value for cycle, value in taken_in if cycle > 21]
    delivered_before = [value for cycle, value in taken_out if cycle < 20]
    delivered_after = [value for cycle, value in taken_out if cycle > 21]
    assert before[: len(delivered_before)] == delivered_before
    assert len(delivered_after) > 10
    assert after[: len(delivered_after)] == delivered_after


def test_shell_without_stages_is_refused():
    with pytest.raises(ValueError, match=r"stages must be 1\.\.5, not 0"):
        Shell(OPERATOR, stages=0)
