"""All proofs about one operator."""

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterable, Iterator

import z3

from pysoft.families import FAMILIES
from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator
from rtl.core import check_stages
from rtl.tools import yosys_version
from rtl.verilog import generate, module_name

from .bound import prove_attained, prove_bound
from .equivalence import prove_coverage, prove_equivalence
from .netlist import read_netlist
from .optimum import has_optimum, prove_optimum
from .pipeline import prove_pipeline
from .result import Part, Proof
from .specification import specification

__all__ = ["prove", "prove_parts", "statement", "versions"]

UNBOUNDED = "no bound is stated"


def prove(operator: Operator, *, stages: int = 0, progress: Callable[[int, int, str], None] | None = None) -> Proof:
    """Prove that the generated circuit computes its formula for every input, and that the formula keeps its bound.

    What is trusted: Yosys' reading of Verilog, the solvers, the formulas in ``formal/specification``, and what else
    ``docs/proofs.md`` says.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 for the combinational circuit, 1 to 5 for the pipeline as well.
    progress : callable, optional
        Called with (done, total, what) after each question of a part.

    Returns
    -------
    Proof
        With the parts ``coverage``, ``equivalence``, ``bound`` and ``attained``; ``optimum`` of a family with one
        constant that is to be the best; and of a pipeline those of :func:`~formal.pipeline.prove_pipeline`. A part that
        is not attempted says why.

    Raises
    ------
    TypeError
        If ``operator`` is not an Operator.
    ValueError
        If ``stages`` is outside 0..5.
    rtl.tools.MissingToolError
        If Yosys is not installed.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23, and the error analysis; of other families ``docs/families.md``.
    """
    parts = tuple(prove_parts(operator, stages=stages, progress=progress))
    return Proof(
        operator=operator,
        stages=stages,
        statement=statement(operator, stages, parts),
        parts=parts,
        sha256=hashlib.sha256(generate(operator, stages=stages).encode()).hexdigest(),
        versions=versions(),
    )


def prove_parts(
    operator: Operator, *, stages: int = 0, progress: Callable[[int, int, str], None] | None = None
) -> Iterator[Part]:
    """The parts of :func:`prove`, each as soon as it is known: for who may not wait for all."""
    if not isinstance(operator, Operator):
        raise TypeError(f"operator must be an Operator, not {operator!r}")
    check_stages(stages)
    netlist = read_netlist(operator, generate(operator))
    cases = specification(operator, *netlist.operands)
    yield prove_coverage(operator, netlist, cases)
    yield prove_equivalence(operator, netlist, cases, progress=progress)
    yield from _bound_parts(operator, progress)
    if has_optimum(operator):
        yield prove_optimum(operator)
    if stages:
        yield from prove_pipeline(operator, stages, progress=progress)


def _bound_parts(operator: Operator, progress: Callable[[int, int, str], None] | None) -> Iterator[Part]:
    bound = operator.bound
    if bound is None:
        yield from (Part(name, "", "not attempted", note=UNBOUNDED) for name in ("bound", "attained"))
        return
    yield prove_bound(operator, bound, progress=progress)
    yield prove_attained(operator, bound)


def statement(operator: Operator, stages: int, parts: Iterable[Part]) -> str:
    """What the parts of a proof claim together, in words; the bound is that of its part, which may be a wider one."""
    words = f"for every input the circuit {module_name(operator)} computes {_definition(operator)}"
    if stages:
        words += f"; with {stages} stage{'s'[: stages > 1]} it does so for all that it accepts, in order, each once"
    for bound in (part.statement for part in parts if part.name == "bound" and part.statement):
        where = " and r is normal" * isinstance(operator.format, FloatFormat)
        words += f"; and where the exact value is not 0{where}, the magnitudes r of the result and e of the exact"
        words += f" value obey {bound}"
    return words


def _definition(operator: Operator) -> str:
    """What the catalogue says of this operation of the family."""
    if operator.is_exact:
        return _exact_definition(operator)
    formulas = FAMILIES[operator.family].definition.split(";  ")
    return next((formula for formula in formulas if formula.startswith(f"{operator.result} =")), "; ".join(formulas))


def _exact_definition(operator: Operator) -> str:
    definition = f"{operator.result} = {operator.formula(*operator.operands)}"
    if isinstance(operator.format, FloatFormat):
        return f"{definition}, rounded to nearest, ties to even"
    unit = f"2^-{operator.fraction_bits}" if operator.fraction_bits else "1"
    whole = operator.operation in ("mul", "square")
    return definition + ("" if whole else f", cut off to a multiple of {unit}")


def versions() -> tuple[tuple[str, str], ...]:
    """Of all that a proof rests on: program or package, and its version."""
    mitchell, amaranth, bitwuzla = (
        (name, importlib.metadata.version(name)) for name in ("mitchell", "amaranth", "bitwuzla")
    )
    return mitchell, amaranth, ("yosys", yosys_version()), ("z3", z3.get_version_string()), bitwuzla
