"""A specification keeps its bound, in exact real arithmetic."""

import itertools
import time
from fractions import Fraction

import numpy as np
import z3

from pysoft.bound import Bound
from pysoft.operator import Operator

from .result import Part
from .solver import ask, real_solver, solver_version
from .specification import Specification

__all__ = ["prove_attained", "prove_bound"]


def prove_bound(operator: Operator, specification: Specification, bound: Bound) -> Part:
    """For all real fractions x1 and x2 in [0, 1), and so for any width, the specified result is within ``bound``.

    The magnitude of the result is a power of two, S > 0, times the significand, less a loss to truncation. A product
    loses nothing: its significand is a multiple of 2^-(k1+k2), and S is 2^(k1+k2). A quotient loses less than 2^-f
    where bits are cut off, and exactly 2^-f where the one overflow of a signed division saturates: a loss from 0 to
    2^-f is allowed.

    Parameters
    ----------
    operator : Operator
    specification : Specification
    bound : Bound
        Usually ``operator.bound``.

    Returns
    -------
    Part
        If refuted, the note gives x1 and x2; operands only if these, rounded to the width, still break the bound.
    """
    start = time.perf_counter()
    x1, x2, scale, loss = z3.Reals("x1 x2 S loss")
    numerator, denominator = _exact(operator, x1, x2)
    r = (scale * specification.significand(x1, x2) - loss) * denominator
    low = (1 + _real(bound.lower)) * scale * numerator - _real(bound.truncation) * denominator
    high = (1 + _real(bound.upper)) * scale * numerator
    cut = Fraction(1, 1 << operator.fraction_bits) if operator.operation == "div" else Fraction(0)
    ranges = (*_fractions(x1, x2), scale > 0, loss >= 0, loss <= _real(cut))
    answer = ask(real_solver(), *ranges, z3.Or(r < low, r > high))

    result, counterexample, note = "proved", None, ""
    if isinstance(answer, str):
        result, note = "unknown", answer
    elif answer is not None:
        result = "refuted"
        fractions = [_as_fraction(answer.eval(x, model_completion=True)) for x in (x1, x2)]
        note = "x1 = {}, x2 = {}".format(*fractions)
        counterexample = _operands(operator, bound, *fractions)
    return Part(
        name="bound",
        statement=f"{bound.statement} for all real x1 and x2 in [0, 1), with the truncation of the result in it",
        result=result,
        solver=solver_version(),
        seconds=time.perf_counter() - start,
        cases=1,
        counterexample=counterexample,
        note=note,
    )


def prove_attained(operator: Operator, specification: Specification, bound: Bound) -> Part:
    """Before truncation some fractions in [0, 1) meet the lower limit of ``bound``, and some the upper: it is tight.

    Parameters
    ----------
    operator : Operator
    specification : Specification
    bound : Bound

    Returns
    -------
    Part
        If proved, the note says where; if refuted, which limit is never met.
    """
    start = time.perf_counter()
    x1, x2 = z3.Reals("x1 x2")
    numerator, denominator = _exact(operator, x1, x2)
    value = specification.significand(x1, x2) * denominator
    result, notes = "proved", []
    for limit in (bound.lower, bound.upper):
        answer = ask(real_solver(), *_fractions(x1, x2), value == (1 + _real(limit)) * numerator)
        if answer is None:
            result = "refuted"
            notes.append(f"{limit} nowhere")
        elif isinstance(answer, str):
            result = "unknown" if result == "proved" else result
            notes.append(f"{limit}: {answer}")
        else:
            where = (_as_fraction(answer.eval(x, model_completion=True)) for x in (x1, x2))
            notes.append("{} at x1 = {}, x2 = {}".format(limit, *where))
    return Part(
        name="attained",
        statement=f"some real x1 and x2 in [0, 1) reach {bound.lower}, and some {bound.upper}, before truncation",
        result=result,
        solver=solver_version(),
        seconds=time.perf_counter() - start,
        cases=2,
        note="; ".join(notes),
    )


def _exact(operator: Operator, x1: z3.ArithRef, x2: z3.ArithRef) -> tuple[z3.ArithRef, z3.ArithRef]:
    """The exact significand as numerator and denominator, so that the solver sees polynomials."""
    if operator.operation == "mul":
        return (1 + x1) * (1 + x2), z3.RealVal(1)
    return 1 + x1, 1 + x2


def _fractions(*xs: z3.ArithRef) -> tuple[z3.BoolRef, ...]:
    return tuple(z3.And(x >= 0, x < 1) for x in xs)


def _real(value: Fraction) -> z3.RatNumRef:
    return z3.Q(value.numerator, value.denominator)


def _as_fraction(value: z3.ExprRef) -> Fraction:
    """A number of the solver; an irrational one to 20 digits."""
    return (value if z3.is_rational_value(value) else value.approx(20)).as_fraction()


def _operands(operator: Operator, bound: Bound, x1: Fraction, x2: Fraction) -> tuple[int, int] | None:
    """Operands with about these fractions whose result by the model is outside ``bound``, if any are found."""
    powers = [1 << k for k in range(operator.format.maximum.bit_length())]
    pairs = [(int((1 + x1) * i), int((1 + x2) * j)) for i, j in itertools.product(powers, powers)]
    a, b = np.array(pairs, dtype=operator.format.dtype).T
    for (n, d), result in zip(pairs, operator(a, b).tolist(), strict=True):
        if not bound.allows(Fraction(result, 1 << operator.fraction_bits), operator.exact_value(n, d)):
            return n, d
    return None
