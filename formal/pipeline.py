"""A pipeline adds nothing to its operator: every input comes out once, in order, as the combinational result."""

import time
from collections.abc import Callable, Iterator

import z3

from pysoft.operator import Operator
from rtl.core import check_stages
from rtl.verilog import generate, module_name, port_names

from .handshake import control_invariant, observe, prove_handshake, prove_reset
from .machine import read_machine
from .netlist import Netlist, read_netlist
from .result import Part
from .solver import decide
from .stages import STAGES, find_stages, prove_stages, unroll

__all__ = ["prove_pipeline"]

PARTS = 6
BUILDS_ON = "it builds on the parts above"

RESULT = "for all operands what the stages compute one after the other is what the combinational circuit computes"


def prove_pipeline(
    operator: Operator,
    stages: int,
    *,
    verilog: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Part, ...]:
    """Prove that the generated pipeline delivers the combinational results of what it accepts, in order, each once.

    Together the parts show, for every run of any length after a cycle with ``rst``, whatever the registers held before
    it and however the run goes on: each output is the combinational result of the next input in the order in which
    they were accepted; ``o_valid`` does not wait for ``o_ready``, and until that comes does not fall, with a stable
    result; and nothing stalls but by ``o_ready``. What is offered in a cycle with ``rst`` is not accepted. A later
    cycle with ``rst`` begins another run.

    All is by induction over one cycle. Beside the circuit, and without any effect on it, a slot for each stage says
    whether it should hold an input, and which; the invariant is that the registers of the handshake follow the slots,
    the inputs in the slots have successive numbers, and the data registers of a stage hold functions of the input in
    its slot. No name of a register is trusted, nor any enable.

    Parameters
    ----------
    operator : Operator
    stages : int
        1 to 5.
    verilog : str, optional
        Another text for the pipeline than the generated one.
    progress : callable, optional
        Called with (done, total, what) after each part.

    Returns
    -------
    tuple of Part
        ``reset``, ``handshake``, ``delivery``, ``progress``, ``stages`` and ``result``. The last two are not attempted
        unless all before are proved.

    Raises
    ------
    ValueError
        If ``stages`` is outside 1..5.
    rtl.tools.ToolError
        If Yosys refuses the text, or is not installed.
    """
    check_stages(stages, 1)
    parts = []
    for part in _parts(operator, stages, generate(operator, stages=stages) if verilog is None else verilog):
        parts.append(part)
        if progress is not None:
            progress(len(parts), PARTS, part.name)
    return tuple(parts)


def _parts(operator: Operator, stages: int, verilog: str) -> Iterator[Part]:
    *operands, result = port_names(operator, stages=stages)
    circuit = read_machine(verilog, module_name(operator))
    control, data = circuit.part("i_ready", "o_valid"), circuit.part(result)
    handshake = observe(control, stages)
    invariant = control_invariant(handshake)
    shell = (prove_reset(control), *prove_handshake(handshake, invariant))
    yield from shell

    proved = all(part.result == "proved" for part in shell)
    loads = find_stages(data, handshake)
    for name, statement, prove in (
        ("stages", STAGES, lambda: prove_stages(data, handshake, invariant, loads, operands)),
        ("result", RESULT, lambda: _prove_result(operator, unroll(data, loads, operands))),
    ):
        part = prove() if proved else Part(name, statement, "not attempted", note=BUILDS_ON)
        proved = part.result == "proved"
        yield part


def _prove_result(operator: Operator, unrolled: Netlist) -> Part:
    start = time.perf_counter()
    combinational = read_netlist(operator, generate(operator))
    pairs = list(zip(combinational.operands, unrolled.operands, strict=True))
    different = z3.substitute(combinational.o, *pairs) != unrolled.o
    answer, solvers = decide(different)
    verdict, note = "proved", ""
    if isinstance(answer, str):
        verdict, note = "unknown", answer
    elif answer is not None:
        values = (f"{x} = {answer.eval(x, model_completion=True)}" for x in unrolled.operands)
        verdict, note = "refuted", f"{', '.join(values)} as raw bits"
    return Part("result", RESULT, verdict, ", ".join(solvers), time.perf_counter() - start, 1, note=note)
