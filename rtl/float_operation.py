"""Signs, special cases and limits of the exponent around a datapath of floats. Twin: ``pysoft/float_operation.py``."""

from amaranth.hdl import C, Cat, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.float_formats import FloatFormat
from pysoft.float_operation import SPECIAL, Kind, Special

from .pipeline import Pipeline

__all__ = ["FloatOperation"]


class FloatOperation(wiring.Component):
    """A datapath for normal numbers, and beside it what its operands are: the special cases cost no time.

    Parameters
    ----------
    form : FloatFormat
    operation : str
        ``mul``, ``div``, ``square``, ``reciprocal``, ``sqrt`` or ``rsqrt``.
    datapath : Component
        Its ports ``a`` (and ``b``) take the patterns of normal numbers, all bits but the sign; ``o`` is the pattern of
        the result with two bits more of exponent, in two's complement.
    pipeline : Pipeline
        Has the point ``unpack``, behind the tests of the operands, those of the datapath, and ``range``, behind those
        of the result.

    Members
    -------
    a, b : In(form.width)
    o : Out(form.width)

    Latency
    -------
    One cycle for each live point.

    Special cases
    -------------
    Those of the table in ``pysoft/float_operation.py``.
    """

    def __init__(self, form: FloatFormat, operation: str, datapath: wiring.Component, pipeline: Pipeline):
        self.form = form
        self.operation = operation
        self.datapath = datapath
        self.pipeline = pipeline
        self.operands = tuple(name for name in "ab" if name in datapath.signature.members)
        super().__init__({name: In(form.width) for name in self.operands} | {"o": Out(form.width)})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut
        m.submodules.datapath = datapath = self.datapath
        operands = [getattr(self, name) for name in self.operands]

        # What follows from either operand alone; then only what is special about the result travels along.
        kinds = [self._kind(operand) for operand in operands]
        patterns = [operand[:-1] for operand in operands]
        values = cut(m, "unpack", *patterns, *(bit for kind in kinds for bit in kind))
        patterns, bits = values[: len(operands)], values[len(operands) :]
        m.d.comb += [getattr(datapath, name).eq(value) for name, value in zip(self.operands, patterns, strict=True)]
        kinds = [Kind(*bits[4 * i : 4 * i + 4]) for i in range(len(operands))]
        special = SPECIAL[self.operation](*kinds)
        special = Special(*(self._named(m, name, bit) for name, bit in zip(Special._fields, special, strict=True)))
        for point in datapath.points:
            special = Special(*cut(m, point, *special))

        m.d.comb += self.o.eq(self._pack(m, datapath.o, special))
        return m

    def _kind(self, operand: Value) -> Kind:
        form = self.form
        fraction, exponent = operand[: form.fraction_bits], operand[form.fraction_bits : -1]
        highest = exponent.all()
        nan = highest & (fraction.any() if form.has_infinity else fraction.all())
        return Kind(operand[-1], ~exponent.any(), highest if form.has_infinity else C(0, 1), nan)

    @staticmethod
    def _named(m: Module, name: str, bit: Value) -> Signal:
        signal = Signal(name=name)
        m.d.comb += signal.eq(bit)
        return signal

    def _pack(self, m: Module, pattern: Value, special: Special) -> Value:
        """The bits of the result. An exponent of 0 or of all ones is there already where it is due."""
        form, cut = self.form, self.pipeline.cut
        fraction, exponent = pattern[: form.fraction_bits], pattern[form.fraction_bits : form.width - 1]
        above, below = pattern[-2] & ~pattern[-1], pattern[-1]
        to_ones = special.nan | special.infinite | (above & ~special.zero)
        to_zero = special.zero | below
        if form.has_infinity:
            nan, limit = special.nan, exponent.all()
        else:
            nan = to_ones = to_ones | (pattern[: form.width - 1].all() & ~to_zero)
            limit = C(0, 1)
        normal = exponent.any() & ~limit & ~to_zero & ~to_ones
        fraction, exponent, normal, to_ones, to_zero, nan, negative = cut(
            m, "range", fraction, exponent, normal, to_ones, to_zero, nan, special.negative
        )
        fraction = fraction & normal.replicate(len(fraction))
        if form.has_infinity:
            fraction = Cat(fraction[:-1], fraction[-1] | nan)
        else:
            fraction = fraction | nan.replicate(len(fraction))
        exponent = (exponent & ~to_zero.replicate(len(exponent))) | to_ones.replicate(len(exponent))
        return Cat(fraction, exponent, negative & ~nan)
