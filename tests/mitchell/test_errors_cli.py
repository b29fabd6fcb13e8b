import csv
import io
import json
from fractions import Fraction

import pytest
from command_line import sheet

import mitchell
from mitchell.cli import verb_errors
from mitchell.cli.common import matching
from mitchell.cli.error_tables import _short, attained
from pysoft.bound import Bound
from pysoft.errors import measure
from pysoft.families import STATUSES


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


# Which operators


def test_pattern_stands_for_what_it_matches_in_the_catalogue(run):
    _, out, _ = run("errors", "mul-u4-*", "--csv", "-")
    expected = [o.name for o in mitchell.operators() if o.operation == "mul" and o.format.name == "u4"]
    assert expected == [row["operator"] for row in rows_of(out)]
    assert len(expected) > 3


def test_operators_keep_their_order_and_appear_once(run):
    _, out, _ = run("errors", "mul-u4-mitchell", "mul-u4-e*", "mul-u4-[em]*ct", "mul-u4-mitchell", "--csv", "-")
    assert ["mul-u4-mitchell", "mul-u4-exact"] == [row["operator"] for row in rows_of(out)]


def test_pattern_gives_fraction_bits_to_quotients():
    plain = matching("div-u6-*")
    assert [f"{o.name}-f5" for o in plain] == [o.name for o in matching("div-u6-*-f5")]
    assert {5} == {o.fraction_bits for o in matching("div-u6-*-f5")}
    with pytest.raises(ValueError, match=r"must be 0\.\.32, not 99"):
        matching("div-u6-*-f99")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("mul-u8-mitchl*", "no operator of the catalogue matches 'mul-u8-mitchl*'; nearest: mul-u8-mitchell, "),
        ("mul-u8-*-f4", "no operator of the catalogue matches 'mul-u8-*-f4'"),
        ("???", "'???'; see also  mitchell list"),
    ],
)
@pytest.mark.parametrize("verb", [("errors",), ("synth", "--target", "ice40-hx8k")])
def test_pattern_without_a_match_is_one_clear_line(run, verb, pattern, message):
    status, out, err = run(*verb, pattern)
    assert (2, "", 1) == (status, out, err.count("\n"))
    assert message in err


@pytest.mark.parametrize("verb", ["errors", "synth"])
def test_help_tells_of_patterns(run, verb):
    assert "'mul-u16-*'" in run(verb, "--help")[1]


# One operator


def test_sheet_has_the_figures_of_all_and_of_large_operands(run):
    status, out, _ = run("errors", "div-u8-tuned-mred-f4")
    metrics, cells = measure(mitchell.operator("div-u8-tuned-mred-f4")), sheet(out)
    assert 0 == status
    assert ["65280 (all)", str(metrics.large.pairs)] == cells["pairs"]
    shown = lambda value: f"{100 * float(value):.4f} %"  # noqa: E731
    assert [shown(metrics.mred_without_zeros), shown(metrics.large.mred)] == cells["MRED, zeros left out"]
    assert [shown(metrics.bias), shown(metrics.large.bias)] == cells["bias"]
    assert [shown(metrics.worst_above), shown(metrics.large.worst_above)] == cells["worst above"]
    assert [shown(metrics.percentiles[99.9]), ""] == cells["99.9 % of the pairs are within"]
    assert [f"{float(metrics.worst_loss):.4g} ulp", ""] == cells["worst loss"]
    bound = metrics.operator.bound
    assert f"{shown(bound.lower)} .. {shown(bound.upper)}, less up to {bound.truncation}" == cells["proved"][0]
    lines = out.splitlines()
    assert f"proved    {bound.statement}" in lines
    assert f"attained  {bound.attained}" in lines
    assert f"family    Tuned, ours: {STATUSES['ours']}" in lines


def test_sheet_of_narrow_operands_has_no_large_ones(run):
    cells = sheet(run("errors", "mul-u6-mitchell")[1])
    assert ["-3.6141 %", ""] == cells["bias"]
    assert ["3 x 3 -> 8", ""] == cells["at"]
    assert ["yes, attained below and above", ""] == cells["within what is proved"]
    assert "worst loss" not in cells


def test_sample_has_its_intervals(run):
    arguments = ("errors", "mul-u24-mitchell", "--samples", "4000", "--seed", "5")
    status, out, _ = run(*arguments)
    metrics, cells = measure(mitchell.operator("mul-u24-mitchell"), samples=4000, seed=5), sheet(out)
    assert 0 == status
    assert f"{metrics.pairs} (random, seed 5)" == cells["pairs"][0]
    assert f"{100 * metrics.bias:.4f} +- {100 * metrics.bias_interval:.4f} %" == cells["bias"][0]
    assert metrics.to_dict() == json.loads(run(*arguments, "--json")[1])[0]


def test_sheet_as_markdown(run):
    _, out, _ = run("errors", "mul-u6-mitchell", "--markdown")
    lines = out.splitlines()
    assert "| figure | mul-u6-mitchell | operands of 8 significant bits or more |" == lines[0]
    assert "| proved | -11.1111 % .. 0.0000 % |  |" in lines
    assert "- proved    -1/9 <= (r - e)/e <= 0" in lines


def test_sheet_of_floats_has_what_is_there(run):
    status, out, _ = run("errors", "mul-bf16-mitchell")
    metrics, cells = measure(mitchell.operator("mul-bf16-mitchell")), sheet(out)
    assert 0 == status
    assert "over all fractions of the operands, for normal results" == out.splitlines()[1]
    assert ["16384 (all)"] == cells["pairs"]
    assert [f"{100 * metrics.correctly_rounded:.2f} %"] == cells["correctly rounded"]
    assert [f"{100 * metrics.mred_without_zeros:.4f} %"] == cells["MRED"]
    assert ["1.5 x 1.5 -> 2.0"] == cells["at"]
    assert ["yes, attained below and above"] == cells["within what is proved"]
    assert not {"MRED, zeros counted", "mean absolute (MED)", "worst absolute (WCE)", "worst loss"} & set(cells)


def test_sheet_of_one_operand_speaks_of_operands(run):
    cells = sheet(run("errors", "rsqrt-f16-mitchell")[1])
    assert ["2048 (all)"] == cells["operands"]
    assert "99.9 % of the operands are within" in cells
    assert ["1 / sqrt 3.9980469 -> 0.5"] == cells["at"]
    assert ["yes, attained below and above"] == cells["within what is proved"]
    cells = sheet(run("errors", "sqrt-u12-mitchell-f4")[1])
    assert ["4096 (all)", "3968"] == cells["operands"]
    assert ["sqrt 255 -> 15.9375", "sqrt 255 -> 15.9375"] == cells["at"]
    assert "0.875 ulp" == cells["worst loss"][0]
    assert ["yes, attained above", ""] == cells["within what is proved"]


def test_sample_of_floats_says_so(run):
    status, out, _ = run("errors", "div-f32-gh", "--samples", "5000", "--seed", "2")
    metrics = measure(mitchell.operator("div-f32-gh"), samples=5000, seed=2)
    assert 0 == status
    assert "over random fractions of the operands, for normal results; the worst ones at corners, too" in out
    assert [f"{100 * metrics.bias:.4f} +- {100 * metrics.bias_interval:.4f} %"] == sheet(out)["bias"]


# Several operators


def test_comparison_of_floats_and_integers_has_dashes(run):
    status, out, _ = run("errors", "mul-f8e4m3-*", "square-u8-mitchell", "--markdown")
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in out.splitlines() if line.startswith("| ")
    ]
    rows = {cells[0]: dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]}
    assert 0 == status
    assert [o.name for o in matching("mul-f8e4m3-*")] == list(rows)[:-1]
    lmul = measure(mitchell.operator("mul-f8e4m3-lmul"))
    assert f"{100 * lmul.mred_without_zeros:.3f}" == rows["mul-f8e4m3-lmul"]["MRED"]
    assert ("-", "-", "-") == tuple(rows["mul-f8e4m3-lmul"][name] for name in ("NMED", "WCE", "peak >=8"))
    assert "4096" == rows["square-u8-mitchell"]["WCE"]
    assert "Floats: over all fractions of the operands, for normal results.\n" in out


@pytest.mark.parametrize("pattern", ["mul-bf16-*", "rsqrt-f16-*", "mul-f8e4m3-*", "sqrt-u9-*-f3"])
def test_comparison_of_a_pattern_fits_into_120_columns(run, pattern):
    status, out, _ = run("errors", pattern, "--sort", "mred")
    lines = out.splitlines()
    assert 0 == status
    assert len(matching(pattern)) == sum(line.rstrip().endswith("yes") for line in lines)
    assert max(map(len, lines)) <= 120


def test_operators_without_nmed_come_last(run):
    names = ["rsqrt-bf16-gh", "mul-u4-mitchell", "mul-u4-exact"]
    out = run("errors", *names, "--sort", "nmed", "--csv", "-")[1]
    assert names[::-1] == [row["operator"] for row in rows_of(out)]


def test_comparison_fits_into_120_columns(run):
    _, out, _ = run("errors", "mul-u8-*", "div-u8-*-f4")
    lines = out.splitlines()
    assert len(lines) == 6 + len(matching("mul-u8-*")) + len(matching("div-u8-*-f4"))
    assert max(map(len, lines)) <= 120


def test_comparison_is_of_what_was_measured(run):
    _, out, _ = run("errors", "mul-u8-mbm", "mul-u8-mitchell", "mul-u6-mitchell", "--markdown")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.splitlines() if line.startswith("| ")]
    cells = [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
    mbm, mitchells, narrow = cells
    assert ["mul-u8-mbm", "mul-u8-mitchell", "mul-u6-mitchell"] == [row["operator"] for row in cells]
    metrics = measure(mitchell.operator("mul-u8-mbm"))
    assert f"{100 * metrics.mred_with_zeros:.3f}" == mbm["MRED"]
    assert f"{100 * metrics.bias:+.3f}" == mbm["bias"]
    assert f"{100 * metrics.nmed:.3f}" == mbm["NMED"]
    assert f"{float(metrics.wce):.5g}" == mbm["WCE"]
    assert f"{100 * metrics.large.mred:.3f}" == mbm["MRED >=8"]
    assert f"{100 * float(metrics.large.peak):.3f}" == mbm["peak >=8"]
    assert ("-11.11", "-7.639=", "+7.812=", "c", "yes") == (
        *(mbm["worst below"], mbm["proved from"], mbm["to"]),
        *(mbm[""], mbm["ok"]),
    )
    assert ("-11.11=", "0=", "") == (mitchells["proved from"], mitchells["to"], mitchells[""])
    assert ("-", "-") == (narrow["MRED >=8"], narrow["peak >=8"])


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("mred", lambda m: m.mred_with_zeros),
        ("peak", lambda m: m.large.peak),
        ("bias", lambda m: abs(m.bias)),
        ("nmed", lambda m: m.nmed),
        ("name", lambda m: m.operator.name),
    ],
)
def test_comparison_is_sorted(run, sort, key):
    names = ["mul-u8-mitchw-w4", "mul-u8-tuned-zerobias", "mul-u8-mbm", "mul-u8-mitchell"]
    expected = [m.operator.name for m in sorted((measure(mitchell.operator(name)) for name in names), key=key)]
    assert names != expected
    assert expected == [row["operator"] for row in rows_of(run("errors", *names, "--sort", sort, "--csv", "-")[1])]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.0999949, "9.999"), (0.09999951, "10.00"), (1.0, "100.0"), (-0.03, "-3.000"), (3e-9, "3e-07")],
)
def test_percentages_of_the_comparison_are_short(value, text):
    assert text == _short(value)
    assert len(text) <= 6


def test_attained_is_equality_of_rationals():
    metrics = measure(mitchell.operator("mul-u4-mitchell"))
    assert (True, True) == attained(metrics)
    assert (False, False) == attained(measure(mitchell.operator("mul-u4-mitchell"), samples=1))


@pytest.mark.parametrize("name", ["sqrt-f16-mitchell", "rsqrt-bf16-gh", "sqrt-f8e4m3-exact"])
def test_attained_root_is_told_by_its_square(name):
    metrics = measure(mitchell.operator(name))
    bound, f = metrics.operator.bound, metrics.operator.format.fraction_bits
    power = -1 if name.startswith("rsqrt") else 1  # of an operand, in the square of a result
    meets = [False, False]
    for a in [Fraction(i, 1 << f) * scale for scale in (1, 2) for i in range(1 << f, 2 << f)]:
        square = Fraction(float(metrics.operator(float(a)))) ** 2 / a**power
        for side, limit in enumerate((bound.lower, bound.upper)):
            meets[side] |= abs(square - (1 + limit) ** 2) < Fraction(1, 1 << 100)
    assert tuple(meets) == attained(metrics)


# Files, formats, statuses


def test_csv_of_floats_and_integers_has_all_columns(run):
    rows = rows_of(run("errors", "mul-u4-mitchell", "reciprocal-bf16-mitchell", "--csv", "-")[1])
    metrics = measure(mitchell.operator("reciprocal-bf16-mitchell"))
    assert ["", str(metrics.correctly_rounded)] == [row["correctly_rounded"] for row in rows]
    assert ("", "", "", "") == tuple(rows[1][name] for name in ("med", "nmed", "wce_exact", "worst_loss_at"))
    assert ("1.5", "1/8") == (rows[1]["worst_above_at"], rows[1]["worst_above_exact"])
    assert "correctly_rounded" not in rows_of(run("errors", "mul-u4-mitchell", "--csv", "-")[1])[0]


def test_json_of_floats_is_what_was_measured(run):
    _, out, _ = run("errors", "rsqrt-bf16-gh", "--json")
    assert [measure(mitchell.operator("rsqrt-bf16-gh")).to_dict()] == json.loads(out)


def test_csv_has_all_figures_and_exact_rationals(run, tmp_path):
    file = tmp_path / "figures.csv"
    status, out, _ = run("errors", "mul-u8-tuned-minimax-m8", "mul-u5-mitchell", "--csv", str(file))
    assert 0 == status
    assert f"wrote {file}" == out.splitlines()[-1]
    assert [file] == list(tmp_path.iterdir())
    rows = rows_of(file.read_text())
    for row in rows:
        metrics = measure(mitchell.operator(row["operator"]))
        plain = metrics.to_dict()
        for name in ("pairs", "mred_with_zeros", "bias", "std", "rms", "wce", "zero_share", "worst_below"):
            assert plain[name] == float(row[name])
        assert metrics.worst_above == Fraction(row["worst_above_exact"])
        assert metrics.wce == Fraction(row["wce_exact"])
        assert metrics.below_pair.operands == tuple(map(int, row["worst_below_at"].split()))
        assert metrics.operator.bound.lower == Fraction(row["bound_lower_exact"])
        assert metrics.operator.bound.truncation == Fraction(row["bound_truncation_exact"])
        assert "True" == row["within_bound"]
        assert metrics.percentiles[99.9] == float(row["percentile_99.9"])
        assert ("", "") == (row["samples"], row["bias_interval"])
    assert measure(mitchell.operator("mul-u8-tuned-minimax-m8")).large.mred == float(rows[0]["large_mred"])
    assert ("", "") == (rows[1]["large_mred"], rows[1]["large_worst_below_exact"])


def test_csv_to_standard_output_stands_alone(run):
    _, out, _ = run("errors", "mul-u4-mitchell", "--csv", "-")
    assert 2 == out.count("\n")
    status, out, err = run("errors", "mul-u4-mitchell", "--csv", "-", "--json")
    assert (2, "") == (status, out)
    assert "both write to standard output" in err


@pytest.mark.parametrize(
    "names",
    [
        ("mul-u6-mitchell",),
        ("sqrt-f16-gh",),
        ("mul-u6-mitchell", "mul-u6-exact", "div-u6-mitchell"),
        ("mul-bf16-lmul", "rsqrt-f16-gh"),
    ],
)
@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot_writes_one_whole_file(run, tmp_path, names, suffix, start):
    pytest.importorskip("matplotlib")
    file = tmp_path / f"x.{suffix}"
    status, out, _ = run("errors", *names, "--plot", str(file))
    assert (0, f"wrote {file}") == (status, out.splitlines()[-1])
    assert file.read_bytes().startswith(start)
    assert [file] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--plot", "missing/x.png"), "folder missing of the picture does not exist"),
        (("--csv", "missing/x.csv"), "folder missing of the CSV file does not exist"),
        (("--plot", "x.jpg"), "a picture must end in .png, .svg, .pdf, not 'x.jpg'"),
        (("--csv", "."), "is a directory"),
        (("--sort", "area"), "'area' is not one of"),
        (("--threads", "0"), "0 is not in the range x>=1"),
        (("mul-u17-exact",), "mul-u17-exact is 17 bits wide, and all pairs are measured up to 16: say how many"),
    ],
)
def test_what_must_fail_fails_before_the_work(run, monkeypatch, tmp_path, arguments, message):
    def measure(*_, **__):
        raise AssertionError("measured")

    monkeypatch.setattr(verb_errors, "measure", measure)
    monkeypatch.chdir(tmp_path)
    status, out, err = run("errors", "mul-u4-mitchell", *arguments)
    assert (2, "", 1) == (status, out, err.count("\n"))
    assert message in err
    assert [] == list(tmp_path.iterdir())


def test_error_beyond_the_bound_is_status_1(run, monkeypatch):
    wrong = Bound(Fraction(-1, 10), Fraction(0), Fraction(0), "nowhere", "nobody")
    monkeypatch.setattr(mitchell.Operator, "bound", wrong)
    status, out, _ = run("errors", "mul-u4-mitchell")
    assert 1 == status
    assert ["NO, attained above", ""] == sheet(out)["within what is proved"]
    assert 1 == run("errors", "mul-u4-mitchell", "mul-u4-exact", "--json")[0]


def test_number_of_threads_reaches_the_measurement_and_changes_nothing(run, monkeypatch):
    asked = []

    def spy(operator, **options):
        asked.append(options["threads"])
        return measure(operator, **options)

    monkeypatch.setattr(verb_errors, "measure", spy)
    outputs = {run("errors", "mul-u8-mbm", "--json", *threads)[1] for threads in ((), ("--threads", "2"))}
    assert [None, 2] == asked
    assert 1 == len(outputs)
