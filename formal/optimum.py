"""The best single constant: no other that is added to the logarithm has a smaller worst relative error."""

import time
from fractions import Fraction

import z3

from pysoft.logarithmic import Correction, Scheme
from pysoft.operator import Operator

from .real import real
from .result import Part
from .solver import ask, real_solver, solver_version

__all__ = ["has_optimum", "prove_optimum"]


def has_optimum(operator: Operator) -> bool:
    """Whether the operator adds one constant to a logarithm, which is to have the smallest worst error."""
    correction = operator.scheme.correction if isinstance(operator.scheme, Scheme) else None
    return (
        operator.parameters.get("objective") == "minimax"
        and isinstance(correction, Correction)
        and correction.domain == "log"
        and correction.index_bits == (0, 0)
    )


def prove_optimum(operator: Operator) -> Part:
    """Over the reals one constant C has the smallest worst relative error W of all constants c.

    That no c has a smaller one follows from two fractions at which every c errs: of a product at x1 = x2 = 0, by c, and
    at x1 = x2 = (1 - c)/2, where the corrected sum is 1, by 8/(3 - c)^2 - 1; of a quotient, c being subtracted, at
    x1 = c, x2 = 0, by -c/(1 + c), and at x1 = 0, x2 = (1 - c)/2, by (3 - c)^2/8 - 1. One falls with c where the other
    rises, and at C both are W. That C errs nowhere by more is a question about all fractions in [0, 1).

    Parameters
    ----------
    operator : Operator
        For which :func:`has_optimum`.

    Returns
    -------
    Part
        The note compares C with the operator's own constant, a whole number of last places.

    References
    ----------
    ``docs/families.md``, the family ``tuned``; of products (1 - C) (3 - C)^2 = 8.
    """
    start = time.perf_counter()
    divides = operator.operation == "div"
    x1, x2, c, C, W = z3.Reals("x1 x2 c C W")
    # C and W, by where their two worst errors are equal.
    if divides:
        optimal = (C > 0, C < 1, W * (1 + C) == C, 8 * (W + 1) == (3 - C) * (3 - C))
        better = (c >= 0, c < 1, c < W * (1 + c), (3 - c) * (3 - c) < 8 * (W + 1))
        s, exact, denominator = x1 - x2 - C, 1 + x1, 1 + x2
    else:
        optimal = (C > 0, C < 1, W == C, (1 - W) * (3 - C) * (3 - C) == 8)
        better = (c > -1, c < 1, c < W, -W < c, (1 - W) * (3 - c) * (3 - c) < 8)
        s, exact, denominator = x1 + x2 + C, (1 + x1) * (1 + x2), z3.RealVal(1)
    inside = (x1 >= 0, x1 < 1, x2 >= 0, x2 < 1)
    questions = [(*optimal, *better)]
    for K in range(-2, 1) if divides else range(3):
        r = real(Fraction(2) ** K) * (1 + s - K) * denominator
        beyond = z3.Or(r > (1 + W) * exact, r < (1 - W) * exact)
        questions.append((*optimal, *inside, s >= K, s < K + 1, beyond))
    answers = [ask(real_solver(), *question) for question in questions]
    # Which must not be because there is no such constant.
    found = ask(real_solver(), *optimal)
    if all(answer is None for answer in answers) and isinstance(found, z3.ModelRef):
        result, note = "proved", f"C = {_digits(found[C])}, W = {_digits(found[W])}; here c = {_constant(operator)}"
    elif any(isinstance(answer, str) for answer in (*answers, found)):
        result, note = "unknown", next(answer for answer in (*answers, found) if isinstance(answer, str))
    else:
        result, note = "refuted", next((str(answer) for answer in answers if answer is not None), "there is no such C")
    return Part(
        name="optimum",
        statement="no real constant has a smaller worst error over all real fractions than C has, which is W",
        result=result,
        solver=solver_version(),
        seconds=time.perf_counter() - start,
        questions=len(questions) + 1,
        note=note,
    )


def _digits(value: z3.ExprRef) -> str:
    """Seven digits of an algebraic number."""
    return f"{float((value if z3.is_rational_value(value) else value.approx(20)).as_fraction()):.7f}"


def _constant(operator: Operator) -> str:
    correction = operator.scheme.correction
    return str(Fraction(correction.table[0][0], 1 << correction.bits))
