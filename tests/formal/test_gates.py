import json

import numpy as np
import pytest

from formal.gates import GateNetlist, pack, read_gates
from pysoft.operator import Operator
from pysoft.vectors import all_operands
from rtl.verilog import generate


def unpack(bits, count):
    return [sum((bit >> vector & 1) << place for place, bit in enumerate(bits)) for vector in range(count)]


def netlist_json(cells, result):
    """A netlist with operand a of two bits, nets 2 and 3."""
    bits = {"a": [2, 3], "r": result}
    ports = {name: {"direction": "-", "bits": nets} for name, nets in bits.items()}
    described = {
        name: {"type": kind, "connections": {pin: [net] for pin, net in pins.items()}}
        for name, (kind, pins) in cells.items()
    }
    return json.dumps({"modules": {"top": {"ports": ports, "cells": described}}})


@pytest.mark.parametrize(
    "name",
    [
        "mul-u4-mitchell",
        "div-s4-mitchell-f2",
        "sqrt-u8-mitchell",
        "mul-f8e4m3-exact",
        "div-u5-exact",
    ],
)
def test_gates_equal_the_model_for_every_input(name):
    operator = Operator.from_name(name)
    netlist = read_gates(operator, generate(operator))
    operands = all_operands(operator.format, len(operator.operands))
    count = operands[0].size
    assert count == 1 << operator.format.width * len(operands)
    values = netlist.evaluate([pack(operator.format.to_bits(column), operator.format.width) for column in operands])
    expected = operator.result_format.to_bits(operator(*operands)).tolist()
    assert expected == unpack([values[net] for net in netlist.result], count)


def test_pack_keeps_every_bit_of_every_vector():
    bits = np.random.default_rng(1).integers(0, 1 << 13, 77)
    assert bits.tolist() == unpack(pack(bits, 13), 77)


def test_each_gate_stands_behind_those_that_drive_it():
    source = netlist_json(
        {"last": ("$_MUX_", {"A": 5, "B": "1", "S": 4, "Y": 6}), "mid": ("$_NOT_", {"A": 4, "Y": 5}),
         "first": ("$_XOR_", {"A": 2, "B": 3, "Y": 4})}, [6, "0"]
    )  # fmt: skip
    netlist = GateNetlist.from_json(source, ["a"], "r")
    assert ["first", "mid", "last"] == [gate.name for gate in netlist.gates]
    values = netlist.evaluate([[0b0101, 0b0011]])
    assert [0b1111, 0] == [values[net] & 0b1111 for net in netlist.result]


@pytest.mark.parametrize(
    ("cells", "result", "message"),
    [
        ({"x": ("$_DFF_P_", {"Y": 4})}, [4], r"cell x is a \$_DFF_P_: map the netlist to AND, MUX, NOT, OR, XOR"),
        ({"x": ("$_AND_", {"A": 2, "B": "x", "Y": 4})}, [4], "net x is undefined"),
        ({"x": ("$_NOT_", {"A": 9, "Y": 4})}, [4], "net 9 is undefined"),
        ({}, ["x"], "net x is undefined"),
        ({"x": ("$_NOT_", {"A": 5, "Y": 4}), "y": ("$_NOT_", {"A": 4, "Y": 5})}, [4], "form a loop"),
    ],
)
def test_what_is_no_defined_combinational_circuit_of_gates_is_refused(cells, result, message):
    with pytest.raises(ValueError, match=message):
        GateNetlist.from_json(netlist_json(cells, result), ["a"], "r")
