"""Rates are counts over a time; the counts are known."""

import pytest
from pseudo_terminal import PseudoTerminal
from software_board import SoftwareBoard

from boards.link.benchmark import benchmark
from boards.link.device import connect
from pysoft.operator import Operator


@pytest.fixture
def device():
    board = SoftwareBoard([Operator.from_name("square-u8-mitchell")])
    with PseudoTerminal(board) as terminal, connect(terminal.port) as device:
        yield device


def test_rates_of_results_and_bytes_belong_together(device):
    steps = []
    before = device.statistics
    result = benchmark(
        device, "square-u8-mitchell", batches=(1, 200), seconds=1e-9, progress=lambda *step: steps.append(step)
    )
    sent = device.statistics.bytes_sent - before.bytes_sent
    assert [(0, 2, "square-u8-mitchell, batches of 1"), (1, 2, "square-u8-mitchell, batches of 200")] == steps
    assert [1, 200] == [each.batch for each in result.throughputs]
    assert (1_000_000, 100_000.0, 50_000.0) == (
        result.baud,
        result.line_bytes_per_second,
        result.line_results_per_second,  # of two bytes
    )
    one, many = result.throughputs
    # One call each: what was sent in all is what both sent.
    calls = [each.batch / each.results_per_second for each in (one, many)]
    assert sent == round(one.bytes_out_per_second * calls[0]) + round(many.bytes_out_per_second * calls[1])
    assert 11 <= round(one.bytes_out_per_second * calls[0]) <= 15  # flags, header, an operand, CRC; escapes
    assert round(many.bytes_in_per_second * calls[1]) > 400
    assert result.to_dict()["throughputs"][1]["batch"] == 200


def test_arguments_are_checked(device):
    with pytest.raises(ValueError, match="batches must be sizes from 1 on, not"):
        benchmark(device, "square-u8-mitchell", batches=(1, 0))
    with pytest.raises(ValueError, match="has no operator"):
        benchmark(device, "mul-u8-mitchell")
