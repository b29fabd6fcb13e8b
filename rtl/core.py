"""The core of any operator: a datapath with signs and special cases around it. Twin: ``pysoft/operation.py``."""

from amaranth.hdl import C, Module, Mux, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .families import datapath
from .pipeline import Pipeline

__all__ = ["MAX_STAGES", "Core", "check_stages"]

MAX_STAGES = 5


def check_stages(stages: int, minimum: int = 0) -> int:
    """``stages``, or ValueError unless it is an int of ``minimum``..5."""
    if type(stages) is not int or not minimum <= stages <= MAX_STAGES:
        raise ValueError(f"stages must be {minimum}..{MAX_STAGES}, not {stages!r}")
    return stages


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
        Operands, in the operator's format, under these names for every operation.
    o : Out
        Result, in the operator's result format.
    enable : In(1).array(stages)
        Clock enable of each register stage; absent where ``stages`` is 0.

    Latency
    -------
    ``stages`` cycles.

    Special cases
    -------------
    As the model: a zero divisor gives all ones, the most negative number divided by -1 saturates.
    """

    def __init__(self, operator: Operator, *, stages: int = 0):
        check_stages(stages)
        self.operator = operator
        self.stages = stages
        members = {
            "a": In(operator.format.width),
            "b": In(operator.format.width),
            "o": Out(operator.result_format.width),
        }
        super().__init__(members | ({"enable": In(1).array(self.stages)} if stages else {}))

    def elaborate(self, platform):
        m = Module()
        operator = self.operator
        signed = operator.format.signed
        datapath_class, options = datapath(operator)
        if signed and datapath_class.takes_signed:
            options["signed_operands"] = True
            signed = False

        points = datapath_class.points
        cuts = datapath_class.cuts
        if signed:
            points, cuts = ("magnitude", *points, "sign"), datapath_class.signed_cuts
        if self.stages not in cuts:
            raise ValueError(f"the datapath of {operator.family} has no cut points for {self.stages} stages")
        live = cuts[self.stages]
        pipeline = Pipeline(points, live)
        if self.stages:
            m.d.comb += [inner.eq(outer) for inner, outer in zip(pipeline.enable, self.enable, strict=True)]

        a, b = self.a, self.b
        if signed:
            negative = a[-1] ^ b[-1]
            a, b, negative = pipeline.cut(m, "magnitude", _negate_if(a[-1], a), _negate_if(b[-1], b), negative)

        m.submodules.datapath = unsigned = datapath_class(operator.format.width, pipeline, **options)
        m.d.comb += [unsigned.a.eq(a), unsigned.b.eq(b)]
        o = unsigned.o

        divides = operator.operation == "div"
        by_zero = [unsigned.by_zero] if divides else []
        if signed:
            for point in datapath_class.points:  # the sign goes along, as late as the result
                (negative,) = pipeline.cut(m, point, negative)
            o, negative, *by_zero = pipeline.cut(m, "sign", o, negative, *by_zero)
            # Of the quotients only 2^(width-1+f) has the top bit set; its complement is the largest positive one.
            positive = o ^ o[-1].replicate(len(o)) if divides else o
            o = _negate_if(negative, o, otherwise=positive)
        m.d.comb += self.o.eq(Mux(*by_zero, ~C(0, len(o)), o) if divides else o)
        return m
