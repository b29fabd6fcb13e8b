"""Payloads against plain Python, number by number."""

import numpy as np
import pytest

from boards.link.protocol import operand_bytes, request_bytes, result_bytes
from boards.link.raw import operands_to_bytes, results_from_bytes
from pysoft.operator import Operator
from pysoft.vectors import corner_operands

OPERATORS = [
    "mul-u2-mitchell",  # less than a byte
    "mul-s8-mitchell",
    "mul-u9-mitchell",  # operands of two bytes, results of three
    "div-s13-mitchell-f4",
    "mul-u32-mitchell",  # results of eight
    "mul-s32-mitchell",
    "sqrt-u16-mitchell-f4",
    "reciprocal-u8-mitchell-f8",
    "mul-bf16-mitchell",
    "div-f32-mitchell",
    "rsqrt-f8e4m3-gh",
]


@pytest.mark.parametrize("name", OPERATORS)
def test_operands_and_results_are_as_many_bytes_as_they_need(name):
    operator = Operator.from_name(name)
    operands = operator.operand_arrays(*corner_operands(operator.format, len(operator.operands)))
    patterns = [operator.format.to_bits(column).tolist() for column in operands]
    size = -(-operator.format.width // 8)
    expected = b"".join(bits.to_bytes(size, "little") for row in zip(*patterns, strict=True) for bits in row)
    assert expected == operands_to_bytes(operator, operands)
    assert (size, len(patterns) * size) == (operand_bytes(operator), request_bytes(operator))

    results = operator(*operands)
    size = -(-operator.result_format.width // 8)
    payload = b"".join(bits.to_bytes(size, "little") for bits in operator.result_format.to_bits(results).tolist())
    found = results_from_bytes(operator, payload)
    assert size == result_bytes(operator)
    assert results.dtype == found.dtype
    np.testing.assert_array_equal(operator.result_format.to_bits(results), operator.result_format.to_bits(found))
    assert found.flags.writeable


def test_nothing_is_no_bytes():
    operator = Operator.from_name("mul-s9-mitchell")
    assert b"" == operands_to_bytes(operator, operator.operand_arrays([], []))
    assert (0,) == results_from_bytes(operator, b"").shape


def test_operands_that_were_broadcast_are_repeated():
    operator = Operator.from_name("mul-u8-mitchell")
    assert bytes([1, 9, 2, 9, 1, 8, 2, 8]) == operands_to_bytes(operator, operator.operand_arrays([1, 2], [[9], [8]]))
