"""Floats in the log domain as circuits: a bit pattern is its own logarithm, so that a product is one addition.

Twin in software: ``pysoft/logarithmic.py`` and ``pysoft/power.py``, between the log and the antilog that floats do not
need.
"""

from amaranth.hdl import C, Cat, Module, Mux, Value, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import Correction, Scheme
from pysoft.operation import OPERATIONS
from pysoft.power import PowerScheme

from .adder import add
from .logarithmic import add_correction
from .pipeline import Pipeline
from .table import lookup

__all__ = ["FloatAdder", "FloatCorrectedMultiplier", "FloatPower"]

# The cuts of FloatAdder are the best of all subsets of the points for f32 on iCE40-HX8K: bench/cuts.py. The others are
# by reasoning.


class FloatAdder(wiring.Component):
    """o = a + b - bias + c, or a - b + bias - c: product or quotient of two patterns, c a constant or from a table.

    The constant is added to one operand first, together with the bias. That addition runs one bit ahead of the other,
    so that both take little longer than one.

    Parameters
    ----------
    form : FloatFormat
    pipeline : Pipeline
        Has the points ``bias carry sum``.
    scheme : Scheme
        Without correction or with one in the log domain; without a lower part and carry in.
    divide : bool
        Whether it is a quotient.

    Members
    -------
    a, b : In(form.width - 1)
        Patterns of normal numbers.
    o : Out(signed(form.width + 1))
        Pattern of the result, its exponent without limits.

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Mogami (2020).
    """

    points = ("bias", "carry", "sum")
    cuts = {
        0: (),
        1: ("sum",),
        2: ("bias", "sum"),
        3: ("bias", "sum", "range"),
        4: ("bias", "carry", "sum", "range"),
        5: ("unpack", "bias", "carry", "sum", "range"),
    }

    def __init__(self, form: FloatFormat, pipeline: Pipeline, *, scheme: Scheme, divide: bool):
        self.form = form
        self.pipeline = pipeline
        self.scheme = scheme
        self.divide = divide
        width = form.width - 1
        super().__init__({"a": In(width), "b": In(width), "o": Out(signed(width + 2))})

    def elaborate(self, platform):
        m = Module()
        form, scheme = self.form, self.scheme
        correction = scheme.correction or Correction(((0,),), 0, "log")
        finer = max(correction.bits - form.fraction_bits, 0)
        width = len(self.o) + finer
        bias = form.bias << form.fraction_bits + finer
        a, b = (Cat(C(0, finer), _kept(scheme, form, operand), C(0, 2)) for operand in (self.a, self.b))
        units = form.fraction_bits + finer - correction.bits
        sign = -1 if self.divide else 1
        entries = [sign * ((entry << units) - bias) for row in correction.table for entry in row]
        # The top bit of c is inverted, and so is that of the sum: Yosys would make one adder of three operands of both
        # additions, which takes three tables a bit and not two.
        c = lookup([entry ^ (1 << width - 1) for entry in entries], _index(correction, form, self.a, self.b), width)
        biased = ((a if self.divide else b) + c)[:width]
        biased = Cat(biased[:-1], ~biased[-1])

        a, b = self.pipeline.cut(m, "bias", *((biased, b) if self.divide else (a, biased)))
        (s,) = add(m, self.pipeline, "carry", a[:width], b[:width], subtract=self.divide)
        (s,) = self.pipeline.cut(m, "sum", s[finer:width])
        m.d.comb += self.o.eq(s)
        return m


class FloatCorrectedMultiplier(wiring.Component):
    """o = a b, corrected by an addition to the significand: a scheme with a correction in the linear domain.

    Parameters
    ----------
    form : FloatFormat
    pipeline : Pipeline
        Has the points ``carry sum correct``.
    scheme : Scheme
        Without a lower part and carry in.

    Members
    -------
    a, b : In(form.width - 1)
        Patterns of normal numbers.
    o : Out(signed(form.width + 1))
        Pattern of the result, its exponent without limits.

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Saadat et al. (2018), of MBM.
    """

    points = ("carry", "sum", "correct")
    cuts = {
        0: (),
        1: ("sum",),
        2: ("sum", "correct"),
        3: ("unpack", "sum", "correct"),
        4: ("unpack", "carry", "sum", "correct"),
        5: ("unpack", "carry", "sum", "correct", "range"),
    }

    def __init__(self, form: FloatFormat, pipeline: Pipeline, *, scheme: Scheme):
        self.form = form
        self.pipeline = pipeline
        self.scheme = scheme
        width = form.width - 1
        super().__init__({"a": In(width), "b": In(width), "o": Out(signed(width + 2))})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut
        form, correction = self.form, self.scheme.correction
        M = form.fraction_bits
        entries = [entry for row in correction.table for entry in row]
        index = _index(correction, form, self.a, self.b)
        entry = lookup(entries, index, max(1, max(entries).bit_length()))
        parity = self.a[M] ^ self.b[M]
        a, b = (_kept(self.scheme, form, operand) for operand in (self.a, self.b))
        s, entry, parity = add(m, self.pipeline, "carry", a, b, entry, parity)
        s, entry, parity = cut(m, "sum", s, entry, parity)

        f, K = s[:M], s[M:]
        low, high = add_correction(f, entry, crossed=K[0] ^ parity, bits=correction.bits)
        fraction, carry = Cat(low, high[:-1]), high[-1]
        unused = len(fraction) - M
        halved = Cat(fraction[unused + 1 :], C(0, 1))  # in the top binade
        fraction = Mux(carry, halved, fraction[unused:])
        fraction, K, carry = cut(m, "correct", fraction, K, carry)
        m.d.comb += self.o.eq(Cat(fraction, K + carry - form.bias))
        return m


class FloatPower(wiring.Component):
    """o = n a + c, with what powers make of the bias: square, reciprocal or root of a pattern.

    Parameters
    ----------
    form : FloatFormat
    pipeline : Pipeline
        Has the points ``table carry sum``.
    scheme : PowerScheme
    operation : str
        ``square``, ``reciprocal``, ``sqrt`` or ``rsqrt``.

    Members
    -------
    a : In(form.width - 1)
        Pattern of a normal number.
    o : Out(signed(form.width + 1))
        Pattern of the result, its exponent without limits.

    Latency
    -------
    One cycle for each live point.
    """

    points = ("table", "carry", "sum")
    cuts = {
        0: (),
        1: ("sum",),
        2: ("carry", "sum"),
        3: ("unpack", "carry", "sum"),
        4: ("unpack", "table", "carry", "sum"),
        5: ("unpack", "table", "carry", "sum", "range"),
    }

    def __init__(self, form: FloatFormat, pipeline: Pipeline, *, scheme: PowerScheme, operation: str):
        self.form = form
        self.pipeline = pipeline
        self.scheme = scheme
        self.exponent = OPERATIONS[operation].exponent
        width = form.width - 1
        super().__init__({"a": In(width), "o": Out(signed(width + 2))})

    def elaborate(self, platform):
        m = Module()
        form, scheme, n = self.form, self.scheme, self.exponent.numerator
        M = form.fraction_bits
        halves = self.exponent.denominator == 2
        finer = max(scheme.bits - M, 0)
        width = len(self.o) + finer + halves
        bias = form.bias << M + finer
        rows, columns = scheme.index_bits
        # log a = a - bias, and a bias is added to the result, twice to a root before it is halved.
        entries = [
            (entry << M + finer - scheme.bits) + (1 + halves - n) * bias for row in scheme.table for entry in row
        ]
        # The characteristic is odd where the exponent is even.
        index = Cat(self.a[M - columns : M], ~self.a[M : M + rows])
        c = lookup(entries, index, width)
        scaled = Cat(C(0, finer + (n == 2)), self.a, C(0, width))[:width]
        c, scaled = self.pipeline.cut(m, "table", c, scaled)
        x, y = (c, scaled) if n < 0 else (scaled, c)
        (s,) = add(m, self.pipeline, "carry", x, y, subtract=n < 0)
        (s,) = self.pipeline.cut(m, "sum", s[finer + halves : width])
        m.d.comb += self.o.eq(s)
        return m


def _kept(scheme: Scheme, form: FloatFormat, operand: Value) -> Value:
    """The slot log: a pattern with the fraction bits that the scheme keeps, and zeros below them."""
    dropped = form.fraction_bits - scheme.kept
    return Cat(C(0, dropped), C(1, int(scheme.last_one)), operand[dropped + scheme.last_one :])


def _index(correction: Correction, form: FloatFormat, a: Value, b: Value) -> Value:
    """Where in the table of a correction the entry of two patterns is, row by row: leading bits of both fractions."""
    rows, columns = (
        operand[form.fraction_bits - bits : form.fraction_bits]
        for operand, bits in zip((a, b), correction.index_bits, strict=True)
    )
    return Cat(columns, rows)
