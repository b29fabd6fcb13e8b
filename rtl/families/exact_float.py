"""Correctly rounded operations on floats, the soft-logic baseline.

Twin in software: ``pysoft/families/exact_float.py``. Operands and results are the patterns of normal numbers, those of
results with an exponent that has no limits. Rounded to nearest, ties to even; the carry of rounding runs into the
exponent by itself. No quotient and no root of numbers of F + 1 bits has exactly F + 2 of them, so that these are never
in a tie, and the first bit below the last place decides.
"""

from amaranth.hdl import C, Cat, Module, Mux, Value, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.float_formats import FloatFormat

from ..digits import deal_out, quotient_row, root_row
from ..pipeline import Pipeline
from . import exact

__all__ = ["Divider", "Multiplier", "Reciprocal", "ReciprocalRoot", "Square", "SquareRoot"]


class _FloatDatapath(wiring.Component):
    """A function of patterns; E exponent bits and F fraction bits.

    Parameters
    ----------
    form : FloatFormat
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.

    Members
    -------
    a, b : In(form.width - 1)
        Patterns of normal numbers; of any other the result is undefined. Operations on one operand have no ``b``.
    o : Out(signed(form.width + 1))
        Pattern of the result.

    Latency
    -------
    One cycle for each live point.
    """

    points = exact.POINTS
    cuts = exact.CUTS
    operands = ("a",)

    def __init__(self, form: FloatFormat, pipeline: Pipeline):
        self.form = form
        self.pipeline = pipeline
        members = {name: In(form.width - 1) for name in self.operands}
        super().__init__(members | {"o": Out(signed(form.width + 1))})

    def _split(self, pattern: Value) -> tuple[Value, Value]:
        """Significand, F + 1 bits, and biased exponent."""
        fraction_bits = self.form.fraction_bits
        return Cat(pattern[:fraction_bits], C(1, 1)), pattern[fraction_bits:]

    def _split_even(self, pattern: Value) -> tuple[Value, Value]:
        """Significand of the even exponent below, F + 2 bits, and biased exponent. The bias is odd."""
        significand, exponent = self._split(pattern)
        return Mux(exponent[0], significand, significand << 1), exponent

    def _join(self, fraction: Value, exponent: Value, up: Value, offset: Value) -> Value:
        """The pattern of both, with ``up`` added in the last place and ``offset`` to the exponent by one adder."""
        place = Cat(up, C(0, len(fraction) - 1), offset).as_signed()
        pattern = Cat(fraction, exponent)
        return (pattern.as_signed() if exponent.shape().signed else pattern) + place


class _Product(_FloatDatapath):
    """A product of significands, rounded.

    With two and more stages rounding has what is behind the last register to itself: of f32 that gave the faster clock
    on iCE40; with one, it stands behind the adder of the two parts of the product.
    """

    def _product(self, m: Module, datapath: type, *factors: Value) -> Value:
        """Product of the significands; with two and more stages without the last of them."""
        live = self.pipeline.live[:-1] if len(self.pipeline.live) > 1 else self.pipeline.live
        pipeline = Pipeline(self.points, live)
        m.submodules.product = product = datapath(self.form.precision, pipeline)
        m.d.comb += [inner.eq(outer) for inner, outer in zip(pipeline.enable, self.pipeline.enable, strict=False)]
        m.d.comb += [getattr(product, name).eq(x) for name, x in zip(self.operands, factors, strict=True)]
        return product.o

    def _round(self, m: Module, product: Value, exponent: Value) -> Value:
        """The pattern, from a product of 2 F + 2 bits and the sum of the biased exponents, as late as the operands."""
        fraction_bits = self.form.fraction_bits
        live = self.pipeline.live
        for point in live:
            if point == live[-1] and len(live) > 1:
                (product,) = self.pipeline.cut(m, point, product)
            (exponent,) = self.pipeline.cut(m, point, exponent)
        carry = product[-1]  # the product of the significands is 2 or more
        kept = Mux(carry, product[fraction_bits + 1 :], product[fraction_bits:-1])
        half = Mux(carry, product[fraction_bits], product[fraction_bits - 1])
        below = product[: fraction_bits - 1].any() | (carry & product[fraction_bits - 1])
        # carry - bias = (1 + carry) - 2^(E-1)
        offset = Cat(~carry, carry, C(-1 << self.form.exponent_bits - 3, signed(self.form.exponent_bits)))
        return self._join(kept[:fraction_bits], exponent, half & (below | kept[0]), offset)


class Multiplier(_Product):
    """Product of two floats: that of the significands, normalised by one place and rounded."""

    operands = ("a", "b")

    def elaborate(self, platform):
        m = Module()
        (a, a_exponent), (b, b_exponent) = self._split(self.a), self._split(self.b)
        product = self._product(m, exact.Multiplier, a, b)
        m.d.comb += self.o.eq(self._round(m, product, a_exponent + b_exponent))
        return m


class Square(_Product):
    """Square of a float: that of the significand, normalised by one place and rounded."""

    def elaborate(self, platform):
        m = Module()
        a, exponent = self._split(self.a)
        m.d.comb += self.o.eq(self._round(m, self._product(m, exact.Square, a), Cat(C(0, 1), exponent)))
        return m


class Divider(_FloatDatapath):
    """Quotient of two floats: restoring division of the significands, one row for each of F + 3 bits, and rounding."""

    operands = ("a", "b")

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, divisor, quotient, exponent):
            partial = Cat(C(0, 1), remainder) if i else remainder
            digit, remainder = quotient_row(m, partial, divisor)
            return remainder, divisor, Cat(digit, quotient), exponent

        (a, a_exponent), (b, b_exponent) = self._split(self.a), self._split(self.b)
        F, E = self.form.fraction_bits, self.form.exponent_bits
        *_, q, exponent = deal_out(m, self.pipeline, F + 3, row, a, b, C(0, 0), a_exponent - b_exponent)
        at_least_1 = q[-1]
        fraction = Mux(at_least_1, q[2 : F + 2], q[1 : F + 1])
        # bias - 1 or, of quotients from 1, bias
        offset = Cat(at_least_1, C((1 << E - 2) - 1, E))
        m.d.comb += self.o.eq(self._join(fraction, exponent, Mux(at_least_1, q[1], q[0]), offset))
        return m


class Reciprocal(_FloatDatapath):
    """Reciprocal of a float: restoring division of 2 by the significand, one row for each of F + 1 bits, and rounding.

    The first bit of the quotient is always 1. Of 2 / 1 = 10.00...0 the recurrence makes 1.11...1, which rounds to it.
    """

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, divisor, quotient, exponent):
            digit, remainder = quotient_row(m, Cat(C(0, 1), remainder), divisor)
            return remainder, divisor, Cat(digit, quotient), exponent

        a, exponent = self._split(self.a)
        F = self.form.fraction_bits
        remainder = ((2 << F) - a)[: F + 1]
        *_, q, exponent = deal_out(m, self.pipeline, F + 1, row, remainder, a, C(0, 0), ~exponent)
        # 2 bias - 1 - exponent = ~exponent - 2
        m.d.comb += self.o.eq(self._join(q[1:], exponent, q[0], C(-2, signed(2))))
        return m


class SquareRoot(_FloatDatapath):
    """Square root of a float: restoring square root of the significand, one row for each of F + 2 bits, and rounding.

    The significand is that of an even exponent, from 1 to 4, and its root one from 1 to 2.
    """

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, radicand, root, exponent):
            digit, remainder = root_row(m, Cat(radicand[-2:], remainder), root)
            return remainder, Cat(C(0, 2), radicand[:-2]), Cat(digit, root), exponent

        a, exponent = self._split_even(self.a)
        F, E = self.form.fraction_bits, self.form.exponent_bits
        radicand = Cat(C(0, F % 2), a)
        *_, root, exponent = deal_out(m, self.pipeline, F + 2, row, C(0, 0), radicand, C(0, 0), exponent)
        # floor((exponent + bias) / 2) = floor(exponent / 2) + 2^(E-2) - 1 + exponent % 2
        odd = exponent[0]
        offset = Cat((~odd).replicate(E - 2), odd, C(0, 1))
        m.d.comb += self.o.eq(self._join(root[1:-1], exponent[1:], root[0], offset))
        return m


class ReciprocalRoot(_FloatDatapath):
    """Reciprocal of the square root of a float: the root of the reciprocal of the significand, and rounding.

    The significand is that of an even exponent, from 1 to 4. Restoring division and restoring square root come in
    turns: two digits of the quotient are enough for one of the root, of which there are F + 2, worth 1/2 and less. Of
    1 / 1 = 1.00...0 the recurrence makes 0.11...1, the root of which is 0.11...1 and rounds to 1.
    """

    def elaborate(self, platform):
        m = Module()

        def row(i, dividend, divisor, radicand, root, exponent):
            high, dividend = quotient_row(m, Cat(C(0, 1), dividend), divisor)
            low, dividend = quotient_row(m, Cat(C(0, 1), dividend), divisor)
            digit, radicand = root_row(m, Cat(low, high, radicand), root)
            return dividend, divisor, radicand, Cat(digit, root), exponent

        a, exponent = self._split_even(self.a)
        F, E = self.form.fraction_bits, self.form.exponent_bits
        one = C(1 << F, F + 1)
        *_, root, exponent = deal_out(m, self.pipeline, F + 2, row, one, a, C(0, 0), C(0, 0), exponent)
        # 2 bias - 1 - floor((exponent + bias) / 2) = ~floor(exponent / 2) + 2^(E-2) - 1 - exponent % 2
        offset = Cat(~exponent[0], C((1 << E - 3) - 1, E - 1))
        m.d.comb += self.o.eq(self._join(root[1:-1], ~exponent[1:], root[0], offset))
        return m
