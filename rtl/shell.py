"""The stream shell: a handshake and a pipeline around a core."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .core import Core, check_stages

__all__ = ["Shell"]


class Shell(wiring.Component):
    """An operator between two streams.

    Every stage holds one result and moves on as soon as any stage between it and the output is free, or the output is
    taken, so a stall at the output closes gaps that idle cycles at the input have left.

    Parameters
    ----------
    operator : Operator
    stages : int
        Register stages, 1 to 5.

    Raises
    ------
    ValueError
        If ``stages`` is outside 1..5.

    Members
    -------
    i : In(stream.Signature(StructLayout))
        Operands ``a`` and ``b``, as raw bits; only ``a`` where there is one.
    o : Out(stream.Signature(result width))
        Result, as raw bits. ``valid`` does not wait for ``ready``, and the payload holds while it waits.

    Latency
    -------
    ``stages`` cycles, and one result per cycle, when nothing stalls. A synchronous reset empties it.
    """

    def __init__(self, operator: Operator, *, stages: int):
        self.core = Core(operator, stages=check_stages(stages, 1))
        operands = data.StructLayout(dict.fromkeys(self.core.operands, operator.format.width))
        super().__init__(
            {"i": In(stream.Signature(operands)), "o": Out(stream.Signature(operator.result_format.width))}
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.core = core = self.core
        m.d.comb += [getattr(core, name).eq(getattr(self.i.payload, name)) for name in core.operands]
        m.d.comb += self.o.payload.eq(core.o)

        valid = [Signal(name=f"valid_{stage}") for stage in range(core.stages)]
        # Whether a stage and all behind it are valid. In registers of their own, which makes every enable a single gate
        # behind o.ready: a chain of gates there would limit the clock of the whole pipeline.
        full = [Signal(name=f"full_{stage}") for stage in range(core.stages)]
        arriving = [self.i.valid, *valid[:-1]]
        next_valid = [Mux(core.enable[stage], arriving[stage], valid[stage]) for stage in range(core.stages)]
        for stage, enable in enumerate(core.enable):
            m.d.comb += enable.eq(~full[stage] | self.o.ready)
            m.d.sync += [valid[stage].eq(next_valid[stage]), full[stage].eq(Cat(next_valid[stage:]).all())]
        m.d.comb += [self.i.ready.eq(core.enable[0]), self.o.valid.eq(valid[-1])]
        return m
