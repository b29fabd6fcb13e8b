import itertools
from fractions import Fraction

import numpy as np
import pytest
from png_file import png_chunks

from pysoft.errors import measure
from pysoft.errors.pictures import (
    ParetoPoint,
    pareto_front,
    plot_comparison,
    plot_errors,
    plot_pareto,
)
from pysoft.errors.pictures.comparison import configuration_lines
from pysoft.errors.pictures.families import family_style
from pysoft.errors.pictures.sheet import histogram
from pysoft.families import FAMILIES
from pysoft.operator import Operator
from pysoft.picture import check_picture, picture

SIGNATURES = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
POINTS = [
    ParetoPoint("mitchell", "mitchell", 330, 0.0385, 0.111),
    ParetoPoint("tuned-minimax", "tuned", 350, 0.0275, 0.069),
    ParetoPoint("mbm", "mbm", 360, 0.0258, 0.078),
    ParetoPoint("exact", "exact", 560, 0.0, 0.0),
    ParetoPoint("worse", "drum", 570, 0.05, 0.2),
]


@pytest.fixture(scope="module")
def measured():
    """Figures by name, measured once."""
    known = {}

    def measured(*names):
        for name in names:
            if name not in known:
                known[name] = measure(Operator.from_name(name))
        return [known[name] for name in names]

    return measured


@pytest.fixture
def draw(measured):
    """A picture of each kind, by its name."""

    def draw(kind, path):
        if kind == "errors":
            return plot_errors(*measured("mul-u8-mitchell"), path)
        if kind == "comparison":
            return plot_comparison(measured("mul-u8-mitchell", "mul-u8-mbm", "mul-u8-exact"), path)
        return plot_pareto(POINTS, path, area="LUTs", title="8 bits")

    return draw


@pytest.mark.parametrize(("kind", "suffix"), list(itertools.product(["errors", "comparison", "pareto"], SIGNATURES)))
def test_picture_is_whole_and_the_same_every_time(draw, kind, suffix, tmp_path):
    pytest.importorskip("matplotlib")
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    assert first == draw(kind, first)
    assert second == draw(kind, second)
    data = first.read_bytes()
    assert data.startswith(SIGNATURES[suffix])
    assert data == second.read_bytes()
    assert {first, second} == set(tmp_path.iterdir())
    if suffix == ".png":
        kinds = [kind for kind, _ in png_chunks(data)]
        assert b"IEND" == kinds[-1]
        assert not {b"tEXt", b"tIME"} & set(kinds)


@pytest.mark.parametrize(
    "names",
    [
        ("mul-u2-exact",),
        ("div-u6-exact",),
        ("div-s5-mitchell-f2",),
        ("mul-f8e5m2-exact",),
        ("div-bf16-gh",),
        ("rsqrt-f16-gh",),
        ("reciprocal-u8-mitchell-f8",),
        ("square-u2-exact",),
        ("sqrt-u3-mitchell",),
        ("rsqrt-f16-exact", "sqrt-u8-mitchell", "square-bf16-mitchell"),
        ("mul-bf16-mitchell", "rsqrt-f8e4m3-mitchell", "mul-u8-mbm"),
        ("mul-u2-mitchell",),
        ("mul-u8-tuned-minimax-m8",),
        ("mul-u4-exact", "mul-u5-exact"),
        ("mul-u4-exact", "mul-u4-mitchell"),
        ("mul-u8-mitchell", "mul-u8-mitchw-w8"),
        ("div-u8-mitchell-f8", "div-u8-tuned-mred-f8", "div-u6-inzed-f8"),
        tuple(f"mul-u8-mbm-t{t}" for t in range(1, 6)) + tuple(f"mul-u8-mitchw-w{w}" for w in range(3, 9)),
    ],
)
def test_every_kind_of_operator_has_a_picture(measured, names, tmp_path):
    pytest.importorskip("matplotlib")
    path, metrics = tmp_path / "picture.png", measured(*names)
    assert path == (plot_errors(metrics[0], path) if len(metrics) == 1 else plot_comparison(metrics, str(path)))
    assert b"IEND" == list(png_chunks(path.read_bytes()))[-1][0]


def test_sampled_operator_has_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    metrics = measure(Operator.from_name("mul-u32-mbm"), samples=3000)
    assert plot_errors(metrics, tmp_path / "one.png").is_file()
    assert plot_comparison([metrics, metrics], tmp_path / "two.png").is_file()


@pytest.mark.parametrize("kind", ["errors", "comparison", "pareto"])
def test_wrong_path_is_refused(draw, kind, tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.png, \.svg, \.pdf, not 'x\.jpg'"):
        draw(kind, tmp_path / "x.jpg")
    with pytest.raises(FileNotFoundError, match=r"folder .*missing of the picture does not exist"):
        draw(kind, tmp_path / "missing" / "x.png")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.svg is a folder"):
        draw(kind, tmp_path / "folder.svg")
    assert [tmp_path / "folder.svg"] == list(tmp_path.iterdir())


def test_failure_leaves_the_old_picture(tmp_path, monkeypatch):
    figures = pytest.importorskip("matplotlib.figure")

    def half(self, path, **options):
        path.write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), picture(path, 3, 2):
        raise ZeroDivisionError
    monkeypatch.setattr(figures.Figure, "savefig", half)
    with pytest.raises(OSError, match="No space left"):
        plot_pareto(POINTS, path)
    assert b"old" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_settings_of_the_user_change_nothing_and_are_kept(tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    plain = plot_pareto(POINTS, tmp_path / "plain.png").read_bytes()
    with matplotlib.rc_context({"font.size": 30, "axes.grid": False}):
        assert plain == plot_pareto(POINTS, tmp_path / "loud.png").read_bytes()
        assert 30 == matplotlib.rcParams["font.size"]


def test_check_picture_writes_nothing(tmp_path):
    pytest.importorskip("matplotlib")
    assert tmp_path / "x.PDF" == check_picture(str(tmp_path / "x.PDF"))
    assert [] == list(tmp_path.iterdir())


def test_histogram_is_that_of_the_pairs(measured):
    (metrics,) = measured("mul-u6-mitchell")
    shares = histogram(metrics.distribution, np.array([-1.0, -0.0625, -(2.0**-20), 2.0**-20, 1.0]))
    errors = []
    for a, b in itertools.product(range(1, 64), repeat=2):
        k1, k2 = a.bit_length() - 1, b.bit_length() - 1
        x1, x2 = Fraction(a, 1 << k1) - 1, Fraction(b, 1 << k2) - 1
        result = 2 ** (k1 + k2) * (1 + x1 + x2 if x1 + x2 < 1 else 2 * (x1 + x2))
        errors.append(result / (a * b) - 1)
    below = [sum(error < -Fraction(1, 16) for error in errors), sum(-Fraction(1, 16) <= error < 0 for error in errors)]
    # -1/16 is the border of a bin; an error of exactly -1/16 stands on its outer side.
    border = sum(error == -Fraction(1, 16) for error in errors)
    expected = np.array([below[0] + border, below[1] - border, errors.count(0), 0]) / len(errors)
    assert np.allclose(expected, shares, rtol=0, atol=1e-12)  # sums of float64


def test_lines_join_what_differs_in_one_number(measured):
    names = ["mul-u8-realm-m8", "mul-u8-realm-m4", "mul-u8-realm-m8-t4", "mul-u8-realm-m4-t4", "mul-u8-mitchell"]
    lines = [[m.operator.name for m in line] for line in configuration_lines(measured(*names))]
    assert [[names[1], names[0]], [names[3], names[2]], [names[4]]] == lines
    words = ["mul-u8-tuned-mred-m4", "mul-u8-tuned-minimax", "mul-u8-tuned-mred", "mul-u8-tuned-minimax-m4"]
    lines = [[m.operator.name for m in line] for line in configuration_lines(measured(*words))]
    assert [[words[2], words[0]], [words[1], words[3]]] == lines


def test_parameters_that_move_together_make_one_line(measured):
    names = ["mul-u8-realm-m4-t4", "mul-u8-realm-m8-t1", "mul-u8-realm-m16"]
    assert [names] == [[m.operator.name for m in line] for line in configuration_lines(measured(*names))]


@pytest.mark.parametrize("figure", ["mred", "peak"])
def test_front_is_what_nothing_beats(figure):
    front = pareto_front(POINTS, figure)
    value = lambda point: getattr(point, figure)  # noqa: E731
    beaten = [p for p in POINTS if any(q.area <= p.area and value(q) <= value(p) and q is not p for q in POINTS)]
    assert [point for point in POINTS if point not in beaten] == front
    assert {"mred": 4, "peak": 3}[figure] == len(front)


def test_of_equal_points_the_first_is_on_the_front():
    twins = [ParetoPoint(name, "drum", 10, 0.1, 0.2) for name in ("first", "second")]
    assert ["first"] == [point.name for point in pareto_front(twins, "mred")]


@pytest.mark.parametrize(("area", "mred", "peak"), [(0, 0.1, 0.1), (10, -0.1, 0.1), (10, 0.1, float("nan"))])
def test_impossible_point_is_refused(area, mred, peak, tmp_path):
    with pytest.raises(ValueError, match="area must be more than 0, mred and peak 0 or more"):
        plot_pareto([ParetoPoint("x", "drum", area, mred, peak)], tmp_path / "x.png")


def test_nothing_to_draw_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one point or more"):
        plot_pareto([], tmp_path / "x.png")
    with pytest.raises(ValueError, match="one operator or more"):
        plot_comparison([], tmp_path / "x.png")


def test_families_can_be_told_apart():
    styles = [(family_style(name)["color"], family_style(name)["marker"]) for name in FAMILIES]
    assert len(set(styles)) == len(FAMILIES)
    ours = {name for name, family in FAMILIES.items() if family.status == "ours"}
    assert 1 == len({family_style(name)["color"] for name in ours})
    assert family_style("tuned")["color"] not in {family_style(name)["color"] for name in set(FAMILIES) - ours}
