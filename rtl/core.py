"""The core of any operator: a datapath with signs and special cases around it. Twin: ``pysoft/operation.py``."""

from functools import reduce
from operator import xor

from amaranth.hdl import C, Module, Mux, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator

from .families import datapath
from .float_operation import FloatOperation
from .pipeline import Pipeline

__all__ = ["MAX_STAGES", "Core", "check_stages", "cut_points"]

MAX_STAGES = 5


def check_stages(stages: int, minimum: int = 0) -> int:
    """``stages``, or ValueError unless it is an int of ``minimum``..5."""
    if type(stages) is not int or not minimum <= stages <= MAX_STAGES:
        raise ValueError(f"stages must be {minimum}..{MAX_STAGES}, not {stages!r}")
    return stages


def cut_points(operator: Operator) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """Where registers may stand in the core of ``operator``, and for each number of stages where they do."""
    datapath_class, _ = datapath(operator)
    if isinstance(operator.format, FloatFormat):
        return ("unpack", *datapath_class.points, "range"), datapath_class.cuts
    if operator.format.signed and not datapath_class.takes_signed:
        return ("magnitude", *datapath_class.points, "sign"), datapath_class.signed_cuts
    return datapath_class.points, datapath_class.cuts


def _negate_if(negative: Value, x: Value, *, otherwise: Value | None = None) -> Value:
    """-x modulo 2^len(x) where ``negative``, else ``otherwise``, which is x by default.

    As ~(x - 1): the carry chain then needs no inverted operand, and on iCE40 the choice fits into the tables of the
    chain, so that it takes one cell a bit and not two.
    """
    return Mux(negative, ~(x - 1)[: len(x)], x if otherwise is None else otherwise)


class Core(wiring.Component):
    """An operator without handshake.

    Parameters
    ----------
    operator : Operator
    stages : int
        Registers between operands and result, 0 to 5; 0 is combinational.

    Raises
    ------
    ValueError
        If ``stages`` is outside 0..5.

    Members
    -------
    a, b : In
        Operands, in the operator's format, under these names for every operation; only ``a`` where there is one.
    o : Out
        Result, in the operator's result format.
    enable : In(1).array(stages)
        Clock enable of each register stage; absent where ``stages`` is 0.

    Latency
    -------
    ``stages`` cycles.

    Special cases
    -------------
    As the model. Integers: a zero divisor gives all ones, the most negative number divided by -1 saturates. Floats:
    see :class:`~rtl.float_operation.FloatOperation`.
    """

    def __init__(self, operator: Operator, *, stages: int = 0):
        check_stages(stages)
        self.operator = operator
        self.stages = stages
        self.operands = tuple("ab"[: len(operator.operands)])
        members = {name: In(operator.format.width) for name in self.operands}
        members["o"] = Out(operator.result_format.width)
        super().__init__(members | ({"enable": In(1).array(self.stages)} if stages else {}))

    def elaborate(self, platform):
        m = Module()
        operator = self.operator
        points, cuts = cut_points(operator)
        if self.stages not in cuts:
            raise ValueError(f"the datapath of {operator.family} has no cut points for {self.stages} stages")
        pipeline = Pipeline(points, cuts[self.stages])
        if self.stages:
            m.d.comb += [inner.eq(outer) for inner, outer in zip(pipeline.enable, self.enable, strict=True)]

        operands = [getattr(self, name) for name in self.operands]
        if isinstance(operator.format, FloatFormat):
            self._float(m, pipeline, *operands)
        else:
            self._integer(m, pipeline, *operands)
        return m

    def _float(self, m: Module, pipeline: Pipeline, *operands: Value) -> None:
        operator = self.operator
        datapath_class, options = datapath(operator)
        inner = datapath_class(operator.format, pipeline, **options)
        m.submodules.operation = unit = FloatOperation(operator.format, operator.operation, inner, pipeline)
        m.d.comb += [getattr(unit, name).eq(value) for name, value in zip(self.operands, operands, strict=True)]
        m.d.comb += self.o.eq(unit.o)

    def _integer(self, m: Module, pipeline: Pipeline, *operands: Value) -> None:
        operator = self.operator
        datapath_class, options = datapath(operator)
        signed = operator.format.signed
        if signed and datapath_class.takes_signed:
            options["signed_operands"] = True
            signed = False
        if signed:
            negative = reduce(xor, (operand[-1] for operand in operands))
            *operands, negative = pipeline.cut(
                m, "magnitude", *(_negate_if(operand[-1], operand) for operand in operands), negative
            )

        m.submodules.datapath = unsigned = datapath_class(operator.format.width, pipeline, **options)
        m.d.comb += [getattr(unsigned, name).eq(value) for name, value in zip(self.operands, operands, strict=True)]
        o = unsigned.o

        inverts = "by_zero" in unsigned.signature.members
        by_zero = [unsigned.by_zero] if inverts else []
        if signed:
            for point in datapath_class.points:  # the sign goes along, as late as the result
                (negative,) = pipeline.cut(m, point, negative)
            o, negative, *by_zero = pipeline.cut(m, "sign", o, negative, *by_zero)
            # Of the quotients only 2^(width-1+f) has the top bit set; its complement is the largest positive one.
            positive = o ^ o[-1].replicate(len(o)) if inverts else o
            o = _negate_if(negative, o, otherwise=positive)
        m.d.comb += self.o.eq(Mux(*by_zero, ~C(0, len(o)), o) if inverts else o)
