"""A formula keeps its bound, in exact real arithmetic."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import z3

from pysoft.bound import Bound, short_error
from pysoft.float_formats import FloatFormat
from pysoft.formats import Format
from pysoft.logarithmic import Scheme
from pysoft.operator import Operator
from pysoft.vectors import MAX_EXHAUSTIVE_BITS, all_operands

from .real import Piece, pieces, real
from .result import Operands, Part, Verdict
from .solver import ask, bit_vector_solver, real_solver, solver_version
from .specification.logarithmic import cut_off

__all__ = ["prove_attained", "prove_bound"]


def prove_bound(operator: Operator, bound: Bound, *, progress: Callable[[int, int, str], None] | None = None) -> Part:
    """The result is within ``bound`` for all real fractions of operands, and no more is cut off than it says.

    The fractions of operands are multiples of 2^-F, and a few of these reals. A bound that is the extreme over them may
    be exceeded between two of them. Then all operands are counted out if they have 16 bits together; else the limits
    are widened, by as little as is enough of some powers of two, and the part says by how much.

    Parameters
    ----------
    operator : Operator
    bound : Bound
        Usually ``operator.bound``.
    progress : callable, optional
        Called with (done, total, what) after each question about a piece of the formula.

    Returns
    -------
    Part
        If refuted, the note gives the reals, and operands only if some are found that break the bound.
    """
    start = time.perf_counter()
    parts = pieces(operator)
    few = len(operator.operands) * operator.format.width <= MAX_EXHAUSTIVE_BITS
    report = progress or (lambda done, total, what: None)
    scope, solver = "for all real fractions", solver_version()
    if reason := _cuts_more(operator, bound):
        found = _Found("refuted", reason)
    else:
        found = _over_the_reals(operator, bound, parts, (Fraction(0),) if few else _widenings(operator), report)
        if found.result == "refuted" and few:
            found, scope, solver = _over_all_operands(operator, bound), "for all operands, one by one", ""
    return Part(
        name="bound",
        statement=f"{bound.statement} {scope}" + f", each limit widened by {found.widening}" * (found.widening > 0),
        result=found.result,
        solver=solver,
        seconds=time.perf_counter() - start,
        questions=found.questions,
        counterexample=found.counterexample,
        note=found.note,
    )


@dataclass(frozen=True)
class _Found:
    """What became of a bound."""

    result: Verdict
    note: str = ""
    counterexample: Operands | None = None
    questions: int = 0
    widening: Fraction = Fraction(0)


def _widenings(operator: Operator) -> tuple[Fraction, ...]:
    """Of second order in the last place of the fractions, or of what is kept of them; then of first order."""
    F, scheme = operator.format.precision - 1, operator.scheme
    kept = scheme.kept - (scheme.lower_part.bits if scheme.lower_part else 0) if isinstance(scheme, Scheme) else F
    second = (Fraction(1, 1 << 2 * F), Fraction(4, 1 << 2 * kept))
    return (Fraction(0), *sorted({*second, Fraction(1, 1 << F), Fraction(1, 1 << kept)}))


def _over_the_reals(
    operator: Operator,
    bound: Bound,
    parts: tuple[Piece, ...],
    widenings: tuple[Fraction, ...],
    report: Callable[[int, int, str], None],
) -> _Found:
    """Ask about every piece and both limits; from the first that needs it on, the limits are wider."""
    asked, (widening, *wider) = 0, widenings
    for done, (piece, upper) in enumerate(itertools.product(parts, (False, True)), 1):
        answer, asked = _beyond(piece, bound, upper, widening), asked + 1
        while isinstance(answer, z3.ModelRef) and wider:
            widening = wider.pop(0)
            answer, asked = _beyond(piece, bound, upper, widening), asked + 1
        report(done, 2 * len(parts), piece.name)
        if isinstance(answer, str):
            return _Found("unknown", f"{piece.name}: {answer}", questions=asked)
        if answer is not None:
            note = f"{piece.name}: {_in_words(answer)}"
            return _Found("refuted", note, _near(operator, bound, answer), asked)
    return _Found("proved", questions=asked, widening=widening)


def _over_all_operands(operator: Operator, bound: Bound) -> _Found:
    operands = all_operands(operator.format, len(operator.operands))
    breaking = _breaking(operator, bound, operands)
    if breaking is not None:
        return _Found("refuted", "this result is beyond", breaking, len(operands[0]))
    return _Found("proved", questions=len(operands[0]))


def prove_attained(operator: Operator, bound: Bound) -> Part:
    """Some real fractions meet the lower limit of ``bound``, and some the upper: it is tight.

    Parameters
    ----------
    operator : Operator
    bound : Bound

    Returns
    -------
    Part
        If proved, the note says where; if refuted, which limit is never met.
    """
    start = time.perf_counter()
    parts = pieces(operator)
    result, notes, asked = "proved", [], 0
    limits = short_error(bound.lower), short_error(bound.upper)
    for limit, words in zip((bound.lower, bound.upper), limits, strict=True):
        answer: z3.ModelRef | str | None = None
        for piece in parts:
            meets = _meets(piece, limit)
            answer, asked = ask(real_solver(), *piece.conditions, meets), asked + 1
            if answer is not None:
                break
        if answer is None:
            result = "refuted"
            notes.append(f"{words} nowhere")
        elif isinstance(answer, str):
            result = "unknown" if result == "proved" else result
            notes.append(f"{words}: {answer}")
        else:
            notes.append(f"{words} at {_in_words(answer)}")
    return Part(
        name="attained",
        statement=f"before truncation some real fractions reach {limits[0]}, and some {limits[1]}",
        result=result,
        solver=solver_version(),
        seconds=time.perf_counter() - start,
        questions=asked,
        note="; ".join(notes),
    )


def _cuts_more(operator: Operator, bound: Bound) -> str:
    """Why the truncation of ``bound`` is not true, empty if it is.

    A result that is cut off at its last place loses less than this; a quotient that saturates loses one. Products
    without a truncation are whole numbers: by their formulas, or because nothing is left below the last place, which
    is a question to the solver.
    """
    if isinstance(operator.format, FloatFormat):  # what is lost is in the pieces
        return ""
    place = Fraction(1, 1 << operator.fraction_bits)
    if bound.truncation >= place:
        return ""
    if operator.operation not in ("mul", "square"):
        return f"what is cut off may come near to {place}"
    if not isinstance(operator.scheme, Scheme):
        return ""
    a, b = (z3.BitVec(name, 3 * operator.format.width + 8) for name in "ab")
    for name, condition, rest in cut_off(operator, a, b):
        if ask(bit_vector_solver(), condition, rest != 0) is not None:
            return f"{name}: a product may have bits below the last place"
    return ""


def _sides(piece: Piece, limit: Fraction) -> tuple[z3.ArithRef, z3.ArithRef]:
    """r^power and ((1 + limit) e)^power, both times the denominator, so that the solver sees polynomials."""
    numerator, denominator = piece.exact
    r = piece.value if piece.power == 1 else piece.value * piece.value
    return r * denominator, real((1 + limit) ** piece.power) * numerator


def _meets(piece: Piece, limit: Fraction) -> z3.BoolRef:
    """Whether r = (1 + limit) e; or is within 2^-64 of it if the limit stands for an irrational one."""
    left, right = _sides(piece, limit)
    if limit.denominator <= 1 << 64:
        return left == right
    near = Fraction(1, 1 << 64)
    return z3.And(left >= _sides(piece, limit - near)[1], left <= _sides(piece, limit + near)[1])


def _beyond(piece: Piece, bound: Bound, upper: bool, widening: Fraction) -> z3.ModelRef | str | None:
    """Reals for which the result is beyond a limit."""
    left, right = _sides(piece, bound.upper + widening if upper else bound.lower - widening)
    return ask(real_solver(), *piece.conditions, left > right if upper else left < right)


def _in_words(model: z3.ModelRef) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(_values(model).items()))


def _values(model: z3.ModelRef) -> dict[str, Fraction]:
    return {variable.name(): _as_fraction(model[variable]) for variable in model.decls()}


def _as_fraction(value: z3.ExprRef) -> Fraction:
    """A number of the solver; an irrational one to 20 digits."""
    return (value if z3.is_rational_value(value) else value.approx(20)).as_fraction()


def _near(operator: Operator, bound: Bound, model: z3.ModelRef) -> Operands | None:
    """Operands with about these fractions whose result is outside ``bound``, if any are found."""
    reals = _values(model)
    names = ("x1", "x2") if len(operator.operands) > 1 else ("x",)
    if not set(names) <= reals.keys():
        return None
    choices = [_with_fraction(operator.format, reals[name]) for name in names]
    columns = np.array(list(itertools.product(*choices)), dtype=np.uint64).T
    return _breaking(operator, bound, tuple(operator.format.from_bits(column) for column in columns))


def _breaking(operator: Operator, bound: Bound, operands: tuple[np.ndarray, ...]) -> Operands | None:
    """The first operands whose result by the model, a normal one, is outside ``bound``, if there are any."""
    results = operator(*operands)
    form = operator.result_format
    patterns = form.to_bits(results) & np.uint64((1 << form.width - 1) - 1)
    for i, result in enumerate(results):
        if isinstance(form, FloatFormat) and not form.smallest <= patterns[i] <= form.largest:
            continue
        chosen = [column[i] for column in operands]
        exact = operator.exact_value(*chosen)
        if exact and not bound.allows(abs(operator.real(result)), abs(exact)):
            return tuple(value.item() for value in chosen)
    return None


def _with_fraction(form: Format, x: Fraction) -> list[int]:
    """Bits of positive numbers 2^k (1 + x), cut off: integers of every k, floats of 1 and of 2."""
    if isinstance(form, FloatFormat):
        return [(form.bias + k << form.fraction_bits) + int(x * (1 << form.fraction_bits)) for k in (0, 1)]
    return [int((1 + x) * (1 << k)) for k in range(form.maximum.bit_length())]
