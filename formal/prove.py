"""All proofs about one operator."""

import hashlib
import importlib.metadata
from collections.abc import Callable

import z3

from pysoft.formats import IntegerFormat
from pysoft.operator import Operator
from rtl.tools import yosys_version
from rtl.verilog import generate, module_name

from .bound import prove_attained, prove_bound
from .equivalence import EQUIVALENCE, prove_coverage, prove_equivalence
from .netlist import read_netlist
from .result import Part, Proof
from .specification import SPECIFICATIONS, Specification

__all__ = ["prove"]

PARTS = ("coverage", "equivalence", "bound", "attained")
UNSPECIFIED = "there are specifications of mul and div of integers by mitchell and exact alone"
UNBOUNDED = "no bound is stated"


def prove(operator: Operator, *, progress: Callable[[int, int, str], None] | None = None) -> Proof:
    """Prove that the generated circuit computes its formula for every input, and that the formula keeps its bound.

    The circuit is the netlist that Yosys reads from the combinational Verilog. What is trusted: Yosys' reading of
    Verilog, z3, and the formulas in ``formal/specification.py``. Pipelines and what synthesis makes of a circuit are
    not looked at.

    Parameters
    ----------
    operator : Operator
    progress : callable, optional
        Called with (done, total, what) after each case of the equivalence.

    Returns
    -------
    Proof
        With the parts ``coverage``, ``equivalence``, ``bound`` and ``attained``. A part is not attempted, and says
        why, where the family has no specification or bound, or the solver would need too long (exact division above
        12 bits).

    Raises
    ------
    TypeError
        If ``operator`` is not an Operator.
    rtl.tools.MissingToolError
        If Yosys is not installed.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23, and the error analysis.
    """
    if not isinstance(operator, Operator):
        raise TypeError(f"operator must be an Operator, not {operator!r}")
    verilog = generate(operator)
    integers = isinstance(operator.format, IntegerFormat)
    specification = SPECIFICATIONS.get((operator.operation, operator.family)) if integers else None
    report = progress or (lambda done, total, what: None)
    if specification is None:
        parts = tuple(Part(name, "", "not attempted", note=UNSPECIFIED) for name in PARTS)
    else:
        parts = _prove_circuit(operator, specification, verilog, report) + _prove_bound(operator, specification)
    return Proof(
        operator=operator,
        statement=_statement(operator, specification),
        parts=parts,
        sha256=hashlib.sha256(verilog.encode()).hexdigest(),
        versions=_versions(),
    )


def _prove_circuit(
    operator: Operator, specification: Specification, verilog: str, report: Callable[[int, int, str], None]
) -> tuple[Part, ...]:
    netlist = read_netlist(operator, verilog)
    cases = specification.cases(operator, netlist.a, netlist.b)
    coverage = prove_coverage(operator, netlist, cases)
    if obstacle := specification.obstacle(operator):
        return coverage, Part("equivalence", EQUIVALENCE, "not attempted", note=obstacle)
    return coverage, prove_equivalence(operator, netlist, cases, progress=report)


def _prove_bound(operator: Operator, specification: Specification) -> tuple[Part, ...]:
    bound = operator.bound
    if bound is None:
        return tuple(Part(name, "", "not attempted", note=UNBOUNDED) for name in PARTS[2:])
    return prove_bound(operator, specification, bound), prove_attained(operator, specification, bound)


def _statement(operator: Operator, specification: Specification | None) -> str:
    module = module_name(operator)
    if specification is None:
        return f"nothing is shown about the circuit {module}: {UNSPECIFIED}"
    statement = f"for every input the circuit {module} computes {specification.definition}"
    if operator.bound is not None:
        statement += f"; and the magnitudes r of its result and e of the exact value obey {operator.bound.statement}"
    return statement


def _versions() -> tuple[tuple[str, str], ...]:
    packages = ((name, importlib.metadata.version(name)) for name in ("mitchell", "amaranth"))
    return (*packages, ("yosys", yosys_version()), ("z3", z3.get_version_string()))
