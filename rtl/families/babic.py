"""The iterated logarithmic multiplier as a circuit. Twin in software: ``pysoft/families/babic.py``."""

from itertools import islice

from amaranth.hdl import C, Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..antilogarithm import Antilogarithm
from ..logarithm import Logarithm
from ..pipeline import Pipeline

__all__ = ["Multiplier"]

POINTS = ("cut1", "cut2", "cut3", "cut4", "cut5")
CUTS = {stages: POINTS[:stages] for stages in range(len(POINTS) + 1)}
SIGNED_CUTS = CUTS | {stages: (*POINTS[: stages - 1], "sign") for stages in (3, 4, 5)}

WITHIN = Pipeline(("normalise", "antilog"))  # the parts of a block are not cut


class Multiplier(wiring.Component):
    """o = sum of i + 1 blocks 2^(k1+k2) + r1 2^k2 + r2 2^k1, each on the residues r of the one before.

    A block takes three steps: the logarithms, of which the fractions are the next block's operands; the sum of the
    fractions; the antilogarithm and its addition to the product. Each block runs one step behind the one before, so
    that there are i + 3 steps, dealt out evenly to however many stages there are. Stages beyond that delay the product.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.
    i : int
        Iterations after the first block, 0 to 4. Blocks beyond the width are always 0 and left out.

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Babic, Avramovic and Bulic (2011), fig. 3 to 5.
    """

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, i: int):
        self.width = width
        self.pipeline = pipeline
        self.blocks = min(i + 1, width)
        super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        steps = self.blocks + 2
        live = [point for point in self.pipeline.live if point in POINTS]  # not those around the datapath
        shares = len(live) + 1
        ends = [steps * share // shares for share in range(1, shares)]

        operands = (self.a, self.b)
        logs, sums, total = (), (), ()
        for step in range(steps):
            for point in (p for p, end in zip(live, ends, strict=True) if end == step):
                values = iter(self.pipeline.cut(m, point, *operands, *logs, *sums, *total))
                operands, logs, sums, total = (
                    tuple(islice(values, len(group))) for group in (operands, logs, sums, total)
                )
            if sums:
                total = (self._accumulate(m, step - 2, *total, *sums),)
            sums = self._sum(*logs) if logs else ()
            operands, logs = self._logarithms(m, step, *operands) if step < self.blocks else ((), ())
        m.d.comb += self.o.eq(*total)
        return m

    def _logarithms(self, m, block, a, b):
        """The operands of the next block; fractions, characteristic of the product and whether there is one."""
        if len(a) == 1:  # 2^0 (1 + 0), without residues
            return (), (C(0, 0), C(0, 0), C(0, 2), a & b)
        parts = []
        for name, operand in (("a", a), ("b", b)):
            m.submodules[f"log_{name}{block}"] = log = Logarithm(len(operand), WITHIN)
            m.d.comb += log.i.eq(operand)
            parts.append(log)
        log_a, log_b = parts
        logs = log_a.x, log_b.x, log_a.k + log_b.k, log_a.nonzero & log_b.nonzero
        return (self._residue(m, f"a{block}", a), self._residue(m, f"b{block}", b)), logs

    def _residue(self, m, name, operand):
        """All ones but the leading one. N & (N - 1) drops the last one, so that a carry chain does it backwards."""
        backwards = Signal(len(operand) - 1, name=f"{name}_backwards")
        residue = Signal(len(operand) - 1, name=f"{name}_residue")
        # The top bit is never left: it only says whether the ones below it lose one.
        m.d.comb += [
            backwards.eq(operand[-2::-1]),
            residue.eq((backwards & (backwards - ~operand[-1])[: len(backwards)])[::-1]),
        ]
        return residue

    def _sum(self, x1, x2, K, nonzero):
        """Significand 1 + x1 + x2."""
        s = (x1 + x2)[: len(x1) + 1]
        return Cat(s[:-1], ~s[-1], s[-1]), K, nonzero

    def _accumulate(self, m, block, *values):
        """The product with one more block; of the first block, which is one, without a product before."""
        *total, significand, K, nonzero = values
        m.submodules[f"antilog{block}"] = antilog = Antilogarithm(
            len(significand), len(K), len(significand) - 2, len(self.o), WITHIN
        )
        m.d.comb += [antilog.significand.eq(significand), antilog.K.eq(K), antilog.nonzero.eq(nonzero)]
        return sum(total, antilog.o)[: len(self.o)]
