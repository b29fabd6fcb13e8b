"""Conversion between number formats as circuits. Twin in software: ``pysoft/convert.py``."""

from amaranth.hdl import C, Cat, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

from pysoft.float_formats import FloatFormat
from pysoft.formats import IntegerFormat

from .logarithm import Logarithm
from .pipeline import Pipeline
from .shifter import LeftShifter

__all__ = ["FloatToFloat", "FloatToInteger", "IntegerToFloat"]


class IntegerToFloat(wiring.Component):
    """An integer as the nearest float, ties to even.

    A normalising shifter, and a rounding that carries from the fraction into the exponent.

    Parameters
    ----------
    source : IntegerFormat
        2 to 64 bits.
    target : FloatFormat
    pipeline : Pipeline, optional
        Has the cut points ``normalise``, between the halves of the normalising shifter, and ``log``, behind it.
        Combinational by default.

    Members
    -------
    i : In(source.width)
    o : Out(target.width)

    Latency
    -------
    One cycle for each live point.

    Special cases
    -------------
    Beyond the largest number is infinity, or NaN in a format that has none. 0 becomes the positive zero.
    """

    points = ("normalise", "log")

    def __init__(self, source: IntegerFormat, target: FloatFormat, pipeline: Pipeline | None = None):
        self.source = source
        self.target = target
        self.pipeline = Pipeline(self.points) if pipeline is None else pipeline
        super().__init__({"i": In(source.width), "o": Out(target.width)})

    def elaborate(self, platform):
        m = Module()
        width = self.source.width
        m.submodules.log = log = Logarithm(width, self.pipeline)
        negative = self.i[-1] if self.source.signed else C(0, 1)
        m.d.comb += log.i.eq(Mux(negative, -self.i.as_signed(), self.i))
        (negative,) = self.pipeline.cut(m, "normalise", negative)
        k, x, nonzero, negative = self.pipeline.cut(m, "log", log.k, log.x, log.nonzero, negative)
        pattern = _round(m, k + self.target.bias, x, self.target)
        m.d.comb += self.o.eq(_pack(m, self.target, pattern, negative, zero=~nonzero))
        return m


class FloatToInteger(wiring.Component):
    """A float as an integer, cut off towards zero.

    The significand, shifted left by the exponent. One that is too large for the integer never gets to the shifter.

    Parameters
    ----------
    source : FloatFormat
    target : IntegerFormat
        2 to 64 bits.

    Members
    -------
    i : In(source.width)
    o : Out(target.width)

    Latency
    -------
    None: combinational.

    Special cases
    -------------
    What lies beyond the limits of the integer, infinities too, becomes the limit: a negative number 0 if the integer is
    unsigned. NaN becomes 0. Subnormal numbers are zeros.
    """

    def __init__(self, source: FloatFormat, target: IntegerFormat):
        self.source = source
        self.target = target
        super().__init__({"i": In(source.width), "o": Out(target.width)})

    def elaborate(self, platform):
        m = Module()
        form, width, signed = self.source, self.target.width, self.target.signed
        fraction, exponent, negative, _, infinite, nan = _unpack(self.i, form)

        # 2^k (1 + x) with 0 <= k < end is an integer part within the limits; k is the exponent less the bias.
        largest = (form.largest >> form.fraction_bits) - form.bias
        end = min(width - signed, largest + 1)
        beyond = infinite if end > largest else (exponent >= form.bias + end)
        k = Signal(ceil_log2(end) if end > 1 else 1)
        m.d.comb += k.eq(exponent - form.bias)
        magnitude = Signal(width)
        weights = tuple(1 << j for j in range(len(k)))
        m.submodules.shift = shift = LeftShifter(form.precision, width, weights, drop=form.fraction_bits)
        m.d.comb += [shift.i.eq(Cat(fraction, 1)), shift.by.eq(k)]
        m.d.comb += magnitude.eq(Mux(exponent >= form.bias, shift.o, 0))

        result = Signal(width)
        with m.If(nan):
            m.d.comb += result.eq(0)
        with m.Elif(beyond):
            m.d.comb += result.eq(Mux(negative, self.target.minimum, self.target.maximum))
        with m.Else():
            m.d.comb += result.eq(Mux(negative, -magnitude if signed else 0, magnitude))
        m.d.comb += self.o.eq(result)
        return m


class FloatToFloat(wiring.Component):
    """A float as the nearest one of another format, ties to even.

    Parameters
    ----------
    source, target : FloatFormat
        May be the same: then subnormal numbers are flushed, and NaN becomes the canonical one.

    Members
    -------
    i : In(source.width)
    o : Out(target.width)

    Latency
    -------
    None: combinational.

    Special cases
    -------------
    Subnormal operands are zeros. What is below the smallest normal number, after it has been rounded with an exponent
    that has no limits, becomes a zero of its sign; what is beyond the largest, infinity, or NaN in a format that has
    none. NaN becomes the canonical quiet NaN.
    """

    def __init__(self, source: FloatFormat, target: FloatFormat):
        self.source = source
        self.target = target
        super().__init__({"i": In(source.width), "o": Out(target.width)})

    def elaborate(self, platform):
        m = Module()
        fraction, exponent, negative, zero, infinite, nan = _unpack(self.i, self.source)
        biased = exponent + C(self.target.bias - self.source.bias)
        pattern = _round(m, biased, fraction, self.target)
        m.d.comb += self.o.eq(_pack(m, self.target, pattern, negative, zero=zero, infinite=infinite, nan=nan))
        return m


def _unpack(operand: Value, form: FloatFormat) -> tuple[Value, ...]:
    """Fraction, exponent, sign, and whether it is a zero, infinite, NaN."""
    fraction, exponent = operand[: form.fraction_bits], operand[form.fraction_bits : -1]
    infinite = exponent.all() & ~fraction.any() if form.has_infinity else C(0, 1)
    nan = exponent.all() & (fraction.any() if form.has_infinity else fraction.all())
    return fraction, exponent, operand[-1], ~exponent.any(), infinite, nan


def _round(m: Module, exponent: Value, fraction: Value, form: FloatFormat) -> Signal:
    """The pattern nearest to a fraction of any number of bits, with a signed exponent as wide as it takes."""
    drop = len(fraction) - form.fraction_bits
    if drop <= 0:
        kept, up = Cat(C(0, -drop), fraction), C(0, 1)
    else:
        kept, half, below = fraction[drop:], fraction[drop - 1], fraction[: drop - 1]
        up = half & (below.any() | kept[0])
    pattern = Signal(exponent.shape().width + 2 + form.fraction_bits).as_signed()
    raw = Cat(kept, Cat(exponent, exponent[-1] if exponent.shape().signed else C(0, 1)))
    m.d.comb += pattern.eq(raw.as_signed() + up)
    return pattern


def _pack(
    m: Module,
    form: FloatFormat,
    pattern: Value,
    negative: Value,
    *,
    zero: Value,
    infinite: Value | None = None,
    nan: Value | None = None,
) -> Value:
    """The bits of a number whose pattern may have left the format on either side."""
    magnitude = Signal(form.width - 1)
    is_nan = Signal()
    with m.If(C(0, 1) if nan is None else nan):
        m.d.comb += [magnitude.eq(form.nan), is_nan.eq(1)]
    with m.Elif(~zero & ((pattern > form.largest) | (C(0, 1) if infinite is None else infinite))):
        m.d.comb += [magnitude.eq(form.infinity), is_nan.eq(not form.has_infinity)]
    with m.Elif(~zero & (pattern >= form.smallest)):
        m.d.comb += magnitude.eq(pattern)
    return Cat(magnitude, negative & ~is_nan)
