import dataclasses
import json

import pytest

from boards.synthesis.harness import harness_cost
from boards.synthesis.netlist import count
from boards.synthesis.synthesize import SynthesisError, SynthesisJob, synthesize, synthesize_many
from boards.synthesis.targets import TARGETS
from pysoft.operator import Operator

MITCHELL = Operator.from_name("mul-u4-mitchell")
EXACT = Operator.from_name("mul-u4-exact")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Of the tool runs of these tests alone."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def reports(store):
    """Of the smallest operators, by target; the exact one on the first target only."""
    jobs = [SynthesisJob(MITCHELL, name) for name in TARGETS] + [SynthesisJob(EXACT, "ice40-hx8k")]
    return synthesize_many(jobs, seeds=1, store=store)


@pytest.mark.parametrize("index", range(len(TARGETS)), ids=list(TARGETS))
def test_synthesis_counts_add_up_on_every_target(reports, index):
    report = reports[index]
    target = list(TARGETS.values())[index]
    assert (report.operator, report.target, report.stages, report.strategy) == (MITCHELL, target.name, 0, "plain")
    assert report.harness == harness_cost(MITCHELL, target)
    assert report.registers == report.harness.registers  # the operator has none
    assert report.luts == count(report.primitives, target.luts) > report.harness.luts
    assert report.cells > report.harness.cells
    assert report.operator_luts == report.luts - report.harness.luts > 0
    assert report.dsp == 0
    assert report.latency == 0
    assert report.seeds == bool(target.nextpnr)
    assert len(report.commands) == 1 + report.seeds
    assert target.yosys in report.commands[0]


@pytest.mark.parametrize("index", range(len(TARGETS)), ids=list(TARGETS))
def test_report_states_its_conditions(reports, index):
    report = reports[index]
    assert report.device in report.conditions
    assert "cells and registers include those of the registered harness" in report.conditions
    if report.fmax is not None:
        assert f"constraint of {report.constraint} MHz" in report.conditions
        assert "timing was allowed to fail it" in report.conditions
        assert all("--timing-allow-fail" in command for command in report.commands[1:])


def test_report_states_missing_frequencies(reports):
    none = dataclasses.replace(reports[0], seeds=3, fmax_all=())
    assert (none.fmax, none.delay, none.area_delay) == (None, None, None)
    assert "no frequency with any of 3 seeds" in none.conditions
    assert "3 seeds (2 of them gave one)" in dataclasses.replace(none, fmax_all=(50.0, 60.0)).conditions


def test_delay_is_one_period_more_than_stages(reports):
    report = dataclasses.replace(reports[0], fmax_all=(50.0,))
    assert (20.0, 100.0) == (report.delay, dataclasses.replace(report, stages=4).delay)


def test_fmax_is_the_median(reports):
    assert dataclasses.replace(reports[0], fmax_all=(90.0, 50.0, 60.0)).fmax == 60.0


def test_placed_reports_have_a_frequency(reports):
    for report in reports[:4]:
        assert report.fmax == report.fmax_all[0]
        assert report.area_delay == report.cells * 1000 / report.fmax


def test_xilinx_report_has_cells_only(reports):
    report = reports[4]
    assert (report.fmax, report.delay, report.area_delay, report.constraint, report.seeds) == (
        None,
        None,
        None,
        None,
        0,
    )
    assert "nextpnr" not in report.versions
    assert "cells only" in report.conditions


def test_report_survives_json(reports):
    for report in reports:
        data = json.loads(json.dumps(report.to_dict()))
        assert data["operator"] == report.operator.name
        assert data["cells"] == report.cells
        assert data["fmax"] == report.fmax
        assert data["harness"]["registers"] == report.harness.registers


def test_exact_multiplier_is_the_better_of_plain_and_booth(tmp_path, reports, store):
    chosen = reports[-1]
    assert chosen == synthesize(EXACT, "ice40-hx8k", seeds=1, folder=tmp_path, store=store)
    found = {}
    for strategy in ("plain", "booth"):
        folder = tmp_path / f"mul-u4-exact-ice40-hx8k-stages0-{strategy}"
        placed = json.loads((folder / "seed1.json").read_text())
        assert ("\nbooth\n" in (folder / "synthesis.ys").read_text()) == (strategy == "booth")
        (clock,) = placed["fmax"].values()
        found[strategy] = (placed["utilization"]["ICESTORM_LC"]["used"], -clock["achieved"])
    assert found["plain"] != found["booth"]
    assert (chosen.cells, -chosen.fmax) == min(found.values()) == found[chosen.strategy]


def test_tools_answer_the_same_every_time(tmp_path, reports):
    again = synthesize(MITCHELL, "ice40-hx8k", seeds=1, store=tmp_path)
    assert again == reports[0]
    assert again.seconds != reports[0].seconds  # they did run


def test_netlist_with_dsp_blocks_is_refused(tmp_path):
    target = dataclasses.replace(TARGETS["ice40-up5k"], yosys="synth_ice40 -device u -dsp")
    operator = Operator.from_name("mul-u8-exact")
    message = "mul-u8-exact on ice40-up5k is to be soft logic, but its netlist has 1 SB_MAC16"
    with pytest.raises(SynthesisError, match=message):
        synthesize(operator, target, seeds=1, store=tmp_path)


def test_stages_add_registers(tmp_path, reports):
    plain = reports[4]
    staged = synthesize(MITCHELL, "xilinx7", stages=5, store=tmp_path)
    assert staged.latency == 5
    assert staged.registers > plain.registers == plain.harness.registers


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((MITCHELL, "spartan"), {}, "unknown target 'spartan': the targets are ice40-hx8k"),
        ((MITCHELL, "xilinx7"), {"stages": 6}, "stages must be 0..5, not 6"),
        ((MITCHELL, "xilinx7"), {"stages": True}, "stages must be 0..5, not True"),
        ((MITCHELL, "xilinx7"), {"seeds": 0}, "seeds must be 1..99, not 0"),
        ((MITCHELL, "xilinx7"), {"seeds": 1.0}, "seeds must be 1..99, not 1.0"),
    ],
)
def test_synthesis_options_out_of_range_raise(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        synthesize(*arguments, **options)


def test_operator_must_be_an_operator():
    with pytest.raises(TypeError, match="must be an Operator, not 'mul-u4-mitchell'"):
        SynthesisJob("mul-u4-mitchell", "xilinx7")
