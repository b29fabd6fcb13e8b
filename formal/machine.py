"""Verilog text as a state machine: what registers hold next, in terms of what they hold now."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import z3

from rtl.tools import run_yosys

from .terms import subterms, variables

__all__ = ["Machine", "cycles", "read_machine"]

Values = Callable[[z3.ExprRef], z3.ExprRef]

# No optimisation: it could take a register for the value that it starts with, and a proof is about every value. What
# is undefined or undriven becomes a variable. write_smt2 takes all clocks for one, so that this has to be asserted.
SCRIPT = """\
read_verilog top.v
hierarchy -check -top {module}
proc
flatten
setundef -undriven -anyseq
select -assert-none t:$dff w:clk %co1:+$dff[CLK] r:CLK_POLARITY=1'1 %i %d
write_smt2 -stbv top.smt2
"""
SIZE = re.compile(r"_s\| \(\) \(_ BitVec (\d+)\)\)$", re.MULTILINE)
PORT = re.compile(r"^; yosys-smt2-(input|output) (.+) (\d+)$", re.MULTILINE)
REGISTER = re.compile(r" next_state\)\) ; \S+ \\?(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Machine:
    """A circuit with one clock, as bit-vector terms over its inputs and registers.

    Parameters
    ----------
    inputs : mapping of str to z3.ExprRef
        A constant for each input port, and one for all that is undefined or undriven, which may differ in every cycle.
    registers : mapping of str to z3.ExprRef
        A constant for each. A combinational circuit has none.
    outputs : mapping of str to z3.ExprRef
        A term for each output port.
    next : mapping of str to z3.ExprRef
        For each register a term for what it holds after the next edge of the clock.
    """

    inputs: Mapping[str, z3.ExprRef]
    registers: Mapping[str, z3.ExprRef]
    outputs: Mapping[str, z3.ExprRef]
    next: Mapping[str, z3.ExprRef]

    def part(self, *names: str) -> "Machine":
        """The machine with these outputs alone, and the registers on which they depend, now or through later cycles."""
        outputs = {name: self.outputs[name] for name in names}
        found, new = frozenset(), variables(*outputs.values())
        while new := (new & self.registers.keys()) - found:
            found |= new
            new = variables(*(self.next[name] for name in new))
        kept = [name for name in self.registers if name in found]
        registers, following = ({name: whole[name] for name in kept} for whole in (self.registers, self.next))
        return Machine(self.inputs, registers, outputs, following)


def cycles(machine: Machine, count: int) -> Iterator[Values]:
    """Successive cycles from any state; each is a function from a term over the machine's constants to its value then.

    In the first cycle the value of a register is its constant.
    """
    state = machine.registers
    for cycle in range(count):
        now = [(x, z3.Const(f"{name}@{cycle}", x.sort())) for name, x in machine.inputs.items()]
        now += [(x, state[name]) for name, x in machine.registers.items()]

        def values(term: z3.ExprRef, now=tuple(now)) -> z3.ExprRef:
            return z3.substitute(term, *now)

        yield values
        state = {name: values(term) for name, term in machine.next.items()}


def read_machine(verilog: str, module: str) -> Machine:
    """The machine that Yosys reads from Verilog text.

    Parameters
    ----------
    verilog : str
        Usually :func:`rtl.verilog.generate`'s. Initial values are not looked at.
    module : str
        The top module.

    Returns
    -------
    Machine

    Raises
    ------
    rtl.tools.ToolError
        If Yosys refuses the text, a register is loaded by anything but the rising edge of the port ``clk``, or Yosys
        is not installed.
    """
    ports, registers, size, equations = _read(verilog, module)
    nets = {"input": {}, "output": {}}
    for (direction, name, _), equation in zip(ports, equations, strict=False):
        nets[direction][name] = _bits(equation.arg(1))
    # What is left is the transition: an equation for each register, if there are any.
    left = [move for rest in equations[len(ports) :] for move in ([rest] if z3.is_eq(rest) else rest.children())]
    moves = dict(zip(registers, left, strict=True))

    # In this text inputs, registers and what is undefined are bits of one vector: they become constants of their own.
    state, undefined = z3.BitVecs("state undefined", size)
    bits = [z3.Extract(i, i, undefined) for i in range(size)]
    slices = nets["input"] | {name: z3.Extract(*move.arg(1).params(), state) for name, move in moves.items()}
    constants = {name: z3.BitVec(name, net.size()) for name, net in slices.items()}
    for name, net in slices.items():
        for i in range(net.size()):
            (place, _) = z3.simplify(z3.Extract(i, i, net), bv_ite2id=True).params()
            bits[place] = z3.Extract(i, i, constants[name])
    whole = (state, z3.Concat(*reversed(bits)))

    def own(net: z3.ExprRef) -> z3.ExprRef:
        """In its constants, and nothing else is simplified: that would hide sums and products behind their low bits."""
        found = [term for term in subterms(net) if z3.is_app_of(term, z3.Z3_OP_EXTRACT) and term.arg(0).eq(state)]
        pairs = [(term, z3.simplify(z3.substitute(term, whole))) for term in found]
        return z3.substitute(z3.substitute(net, *pairs), whole)

    return Machine(
        inputs={name: constants[name] for name in nets["input"]} | {"undefined": undefined},
        registers={name: constants[name] for name in moves},
        outputs={name: own(net) for name, net in nets["output"].items()},
        next={name: own(move.arg(0)) for name, move in moves.items()},
    )


def _read(verilog: str, module: str) -> tuple[list[tuple[str, str, str]], list[str], int, z3.AstVector]:
    """Ports, names of registers and the size of the state, and equations for each port and for the transition."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "top.v").write_text(verilog)
        run_yosys(SCRIPT.format(module=module), folder=Path(folder))
        text = Path(folder, "top.smt2").read_text()
    ports, registers, size = PORT.findall(text), REGISTER.findall(text), int(SIZE.search(text)[1])
    text += f"(declare-const state |{module}_s|)\n(declare-const next_state |{module}_s|)\n"
    for _, name, width in ports:
        text += f"(declare-const |{name}| {'Bool' if width == '1' else f'(_ BitVec {width})'})\n"
        text += f"(assert (= |{name}| (|{module}_n {name}| state)))\n"
    text += f"(assert (|{module}_t| state next_state))\n"
    return ports, registers, size, z3.parse_smt2_string(text)


def _bits(net: z3.ExprRef) -> z3.BitVecRef:
    """The SMT-LIB text has a Bool for one bit."""
    return z3.If(net, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) if z3.is_bool(net) else net
