"""The one logarithmic datapath as a circuit: log, combine, correct, antilog.

Twin in software: ``pysoft/logarithmic.py``.
"""

from fractions import Fraction

from amaranth.hdl import C, Cat, Module, Mux, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.logarithmic import Scheme, SplitCorrection

from .adder import add
from .antilogarithm import Antilogarithm
from .logarithm import Logarithm
from .pipeline import Pipeline
from .table import lookup

__all__ = ["CorrectedDivider", "CorrectedMultiplier", "Divider", "Multiplier", "add_correction"]

POINTS = ("normalise", "log", "carry", "sum", "correct", "antilog")

# Chosen among all subsets of the points by place-and-route of 16-bit multipliers for iCE40-HX8K: bench/cuts.py.
CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("normalise", "log", "sum"),
    4: ("normalise", "log", "sum", "antilog"),
    5: ("normalise", "log", "carry", "sum", "antilog"),
}

SIGNED_CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "antilog"),
    3: ("normalise", "sum", "sign"),
    4: ("magnitude", "log", "sum", "sign"),
    5: ("magnitude", "normalise", "carry", "antilog", "sign"),
}

CORRECTED_CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("log", "carry", "correct"),
    4: ("normalise", "log", "carry", "correct"),
    5: ("normalise", "log", "carry", "sum", "correct"),
}

CORRECTED_SIGNED_CUTS = {
    0: (),
    1: ("sum",),
    2: ("log", "correct"),
    3: ("log", "correct", "sign"),
    4: ("magnitude", "log", "correct", "sign"),
    5: ("magnitude", "log", "sum", "correct", "sign"),
}


class _LogarithmicDatapath(wiring.Component):
    """Two logarithms, one addition or subtraction, perhaps a correction, one antilogarithm."""

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False
    subtract: bool

    def __init__(self, width: int, pipeline: Pipeline, *, scheme: Scheme, f: int = 0):
        self.width = width
        self.pipeline = pipeline
        self.scheme = scheme
        self.fraction_bits = f
        if self.subtract:
            super().__init__({"a": In(width), "b": In(width), "o": Out(width + f), "by_zero": Out(1)})
        else:
            super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut
        scheme = self.scheme
        correction = scheme.correction
        index_bits = correction.index_bits if correction else (0, 0)

        logs = []
        for name, operand, bits in zip("ab", (self.a, self.b), index_bits, strict=True):
            fraction_bits = max(1, self._real_bits, bits)
            m.submodules[f"log_{name}"] = log = Logarithm(self.width, self.pipeline, fraction_bits=fraction_bits)
            m.d.comb += log.i.eq(operand)
            logs.append(log)
        log_a, log_b = logs
        flags = (log_a.nonzero, ~log_b.nonzero) if self.subtract else (log_a.nonzero & log_b.nonzero,)
        x1, x2, k1, k2, *flags = cut(m, "log", log_a.x, log_b.x, log_a.k, log_b.k, *flags)

        passing = []
        L1, L2 = self._keep(x1, k1), self._keep(x2, k2)
        if isinstance(correction, SplitCorrection):
            L1, L2 = (
                self._correct_operand(L, x, entries)
                for L, x, entries in ((L1, x1, correction.first), (L2, x2, correction.second))
            )
        elif correction:
            row, column = (_leading(x, bits) for x, bits in zip((x1, x2), index_bits, strict=True))
            entries = [entry for entries in correction.table for entry in entries]
            passing = [_entry(entries, Cat(column, row))]
            if correction.domain == "linear":
                passing.append(k1[0] ^ k2[0])
        s, *passing = self._combine(m, L1, L2, *passing, *flags)
        s, *passing = cut(m, "sum", s, *passing)
        flags = passing[len(passing) - len(flags) :]

        significand, F, K, bias = self._correct(s, *passing[: len(passing) - len(flags)])
        significand, K, nonzero, *flags = cut(m, "correct", significand, K, *flags)

        m.submodules.antilog = antilog = Antilogarithm(
            len(significand), len(K), F + bias - self.fraction_bits, len(self.o), self.pipeline
        )
        m.d.comb += [
            antilog.significand.eq(significand),
            antilog.K.eq(K ^ bias),
            antilog.nonzero.eq(nonzero),
            self.o.eq(antilog.o),
        ]
        if self.subtract:
            m.d.comb += self.by_zero.eq(*cut(m, "antilog", *flags))
        return m

    @property
    def _real_bits(self):
        """Fraction bits of an operand that the sum depends on."""
        scheme = self.scheme
        if scheme.lower_part and scheme.lower_part.result == "ones":
            return scheme.kept - scheme.lower_part.bits + 1  # the topmost of the approximate bits decides the carry
        return scheme.kept - scheme.last_one

    def _keep(self, x, k):
        """The slot log: the fraction bits that are kept, and the characteristic above them."""
        return Cat(C(1, int(self.scheme.last_one)), _leading(x, self._real_bits), k)

    def _combine(self, m, L1, L2, *passing):
        """The slot combine."""
        scheme = self.scheme
        lower = scheme.lower_part
        if lower is None and not scheme.carry_in:
            return add(m, self.pipeline, "carry", L1, L2, *passing, subtract=self.subtract)
        if lower is None:  # both lowest bits are ones, so that of their sum is free for the carry in
            low, bits = C(1, 1), 1
        elif lower.result == "ones":
            low, bits = C(-1, lower.bits), 1
        else:
            low, bits = (L1 | L2)[: lower.bits], lower.bits
        below = L1[bits - 1], L2[bits - 1]
        s, low, *passing = add(m, self.pipeline, "carry", L1[bits:], L2[bits:], low, *passing, carry=below)
        return Cat(low, s), *passing

    def _correct(self, s, *passing):
        """The slot correct: significand, its fraction bits, characteristic, and by how much that is too large."""
        scheme = self.scheme
        correction = scheme.correction
        if correction is None:
            K = s[scheme.kept :]
            return Cat(s[: scheme.kept], 1), scheme.kept, K, self._bias(K)
        if isinstance(correction, SplitCorrection):
            return self._correct_antilog(s)
        if correction.domain == "log":
            return self._correct_log(s, *passing)
        return self._correct_significand(s, *passing)

    def _correct_operand(self, L, x, entries):
        """A split correction of one logarithm: its characteristic is not touched."""
        scheme = self.scheme
        bits = scheme.correction.bits
        F = max(scheme.kept, bits)
        L = Cat(C(0, F - scheme.kept), L)
        entry = _entry(entries, _leading(x, (len(entries) - 1).bit_length()))
        return Cat(L[: F - bits], (L[F - bits : F] + entry)[:bits], L[F:])

    def _correct_antilog(self, s):
        """A split correction of the significand, which then may fall below 1."""
        correction = self.scheme.correction
        F = max(self.scheme.kept, correction.bits)
        f, K = s[:F], s[F:]
        entry = _entry(correction.antilog, _leading(f, (len(correction.antilog) - 1).bit_length()))
        low = F - correction.bits
        high = (Cat(f[low:], 1) - entry)[: correction.bits + 1]
        return Cat(f[:low], high), F, K, self._bias(K)

    def _correct_log(self, s, entry):
        """The correction walks into the characteristic."""
        scheme = self.scheme
        F = max(scheme.kept, scheme.correction.bits)
        s = Cat(C(0, F - scheme.kept), s)
        end = 2 * self.width
        low, high = s[: F - scheme.correction.bits], s[F - scheme.correction.bits :]
        if self.subtract:
            # A second borrow may lead below the least characteristic of a difference.
            s = Cat(low, (high.as_signed() - entry)[: len(high) + self._may_pass(-1)])
            K = s[F:]
            return Cat(s[:F], 1), F, K, self._bias(K)
        s = Cat(low, (high + entry)[: len(high) + 1])
        f, K = s[:F], s[F:]
        if self._may_pass(1):
            beyond = K == end
            f, K = f | beyond.replicate(F), Mux(beyond, end - 1, K)
        K = K[: (end - 1).bit_length()]
        return Cat(f, 1), F, K, 0

    def _correct_significand(self, s, entry, parity):
        """The correction stays within the significand, which then may pass 2 or fall below 1."""
        scheme = self.scheme
        f, K = s[: scheme.kept], s[scheme.kept :]
        crossed = K[0] ^ parity  # whether the fractions carried, or borrowed
        F = max(scheme.kept, scheme.correction.bits + (not self.subtract))
        f = Cat(C(0, F - scheme.kept), f)
        if self.subtract:
            units = F - scheme.correction.bits  # of the entry
            c = Mux(crossed, Cat(0, entry), entry)
            significand = Cat(f[:units], (Cat(f[units:], 1) - c)[: F + 1 - units])
            return significand, F, K, self._bias(K)
        low, corrected = add_correction(f, entry, crossed=crossed, bits=scheme.correction.bits)
        if self._may_pass(1):
            beyond = (2 * self.width - 1 == K) & corrected[-1]
            corrected = Mux(beyond, f[len(low) :], corrected)
        carry = corrected[-1]
        return Cat(low, corrected[:-1], ~carry, carry), F, K, 0

    def _bias(self, K):
        """A signed characteristic is made unsigned by flipping its top bit."""
        return 1 << len(K) - 1 if self.subtract else 0

    def _may_pass(self, limit):
        """Whether a corrected fraction, behind the carry or borrow, can reach 1, or fall below -1."""
        scheme = self.scheme
        correction = scheme.correction
        rows, columns = ([scheme.fraction_range(i, bits) for i in range(1 << bits)] for bits in correction.index_bits)
        for row, entries in zip(rows, correction.table, strict=True):
            for column, entry in zip(columns, entries, strict=True):
                c = Fraction(entry, 1 << correction.bits)
                if limit > 0:
                    fraction = row[1] + column[1] - 1 + (c / 2 if correction.domain == "linear" else c)
                    if fraction >= limit:
                        return True
                elif row[0] - column[1] - c < limit:
                    return True
        return False


def add_correction(f: Value, entry: Value, *, crossed: Value, bits: int) -> tuple[Value, Value]:
    """A correction of the significand of a product, in the linear domain: f + c, or f + c/2 behind a carry.

    Parameters
    ----------
    f : Value
        Fraction of the sum of the logarithms.
    entry : Value
        c, unit 2^-``bits``.
    crossed : Value
        Whether the fractions carried.
    bits : int

    Returns
    -------
    low, high : Value
        The bits below those that the correction reaches, and those from there on with one more, which says that the
        significand is 2 or more. Together they have the fraction bits of f, or ``bits`` + 1 if that is more.
    """
    f = Cat(C(0, max(0, bits + 1 - len(f))), f)
    place = len(f) - bits - 1  # of half a unit of c
    high = f[place:] + Mux(crossed, entry, Cat(C(0, 1), entry))
    return f[:place], high[: bits + 2]


def _leading(x, bits):
    """The leading bits of a fraction."""
    return x[len(x) - bits :]


def _entry(entries, index):
    """Of a table, without the leading bits that are zero everywhere."""
    return lookup(entries, index, max(1, max(entries).bit_length()))


class Multiplier(_LogarithmicDatapath):
    """o = antilog(log a + log b) of two unsigned numbers, as a scheme without correction says.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log carry sum correct antilog``.
    scheme : Scheme

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23.
    """

    subtract = False


class CorrectedMultiplier(Multiplier):
    """The same with a correction, and registers where its second adder wants them."""

    cuts = CORRECTED_CUTS
    signed_cuts = CORRECTED_SIGNED_CUTS


class Divider(_LogarithmicDatapath):
    """o = floor(2^f antilog(log a - log b)) of two unsigned numbers, as a scheme without correction says.

    Undefined for b = 0.

    Parameters
    ----------
    width : int
        Bits of dividend and divisor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log carry sum correct antilog``.
    scheme : Scheme
    f : int
        Fraction bits of the quotient, 0 to 32.

    Members
    -------
    a, b : In(width)
        Dividend and divisor.
    o : Out(width + f)
        Unit 2^-f.
    by_zero : Out(1)
        Whether b = 0, as late as ``o``.

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Mitchell (1962).
    """

    subtract = True


class CorrectedDivider(Divider):
    """The same with a correction, and registers where its second adder wants them."""

    cuts = CORRECTED_CUTS
    signed_cuts = CORRECTED_SIGNED_CUTS
