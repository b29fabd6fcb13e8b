import subprocess
import sys

import numpy as np
import pytest
from png_file import png_chunks

from pysoft.errors.pictures import plot_surface
from pysoft.errors.pictures.surface import fraction_surface, proved
from pysoft.operator import Operator


@pytest.mark.parametrize(
    "name", ["mul-u16-mitchell", "div-s12-mitchell-f3", "mul-u3-mitchell", "mul-s2-exact", "div-u8-exact"]
)
def test_picture_is_a_whole_png(name, tmp_path):
    pytest.importorskip("matplotlib")
    path = plot_surface(Operator.from_name(name), tmp_path / "surface.png", points=64)
    assert path == tmp_path / "surface.png"
    chunks = list(png_chunks(path.read_bytes()))
    width, height = (int.from_bytes(chunks[0][1][at : at + 4]) for at in (0, 4))
    assert chunks[0][0] == b"IHDR"
    assert min(width, height) >= 600
    assert chunks[-1] == (b"IEND", b"")
    assert list(tmp_path.iterdir()) == [path]


def test_existing_picture_is_replaced(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "surface.PNG"
    path.write_bytes(b"old")
    assert plot_surface(Operator.from_name("mul-u4-mitchell"), str(path)) == path
    assert path.read_bytes().startswith(b"\x89PNG")


def test_wrong_path_is_refused_before_any_work(tmp_path):
    operator = Operator.from_name("mul-u4-mitchell")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ValueError, match=r"must end in \.png, \.svg, \.pdf, not 'surface\.jpg'"):
        plot_surface(operator, tmp_path / "surface.jpg")
    with pytest.raises(FileNotFoundError, match=r"folder .*missing of the picture does not exist"):
        plot_surface(operator, tmp_path / "missing" / "surface.png")
    with pytest.raises(IsADirectoryError, match=r"folder\.png is a folder"):
        plot_surface(operator, tmp_path / "folder.png")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


@pytest.mark.parametrize("points", [0, 1, 2049, True, 64.0, None])
def test_wrong_number_of_points_is_refused(points):
    with pytest.raises(ValueError, match=r"points must be 2\.\.2048, not "):
        fraction_surface(Operator.from_name("mul-u16-mitchell"), points=points)


@pytest.mark.parametrize(("name", "n"), [("mul-u16-mitchell", 256), ("mul-u5-mitchell", 16), ("mul-s5-mitchell", 8)])
def test_product_surface_is_mitchells(name, n):
    x, error = fraction_surface(Operator.from_name(name))
    x1, x2 = x[:, None], x[None, :]
    assert np.array_equal(x, np.arange(n) / n)
    approximate = np.where(x1 + x2 < 1, 1 + x1 + x2, 2 * (x1 + x2))
    exact = (1 + x1) * (1 + x2)
    assert np.array_equal(error, (approximate - exact) / exact)  # few bits: every step but the division is exact
    assert error[n // 2, n // 2] == error.min() == -1 / 9


@pytest.mark.parametrize("name", ["div-u16-mitchell", "div-s9-mitchell-f2"])
def test_quotient_surface_is_mitchells_whatever_the_fraction_bits(name):
    x, error = fraction_surface(Operator.from_name(name), points=100)
    x1, x2 = x[:, None], x[None, :]
    assert x.size == 64
    approximate = np.where(x1 >= x2, 1 + x1 - x2, (2 + x1 - x2) / 2)
    exact = (1 + x1) / (1 + x2)
    assert np.allclose(error, approximate / exact - 1, rtol=0, atol=1e-15)  # real numbers on both sides
    assert error[0, 32] == error.max() == 1 / 8


@pytest.mark.parametrize(
    ("name", "n"), [("mul-f32-mitchell", 64), ("mul-bf16-mitchell", 64), ("mul-f8e5m2-mitchell", 4)]
)
def test_surface_of_floats_is_mitchells(name, n):
    x, error = fraction_surface(Operator.from_name(name), points=64)
    x1, x2 = x[:, None], x[None, :]
    assert np.array_equal(x, np.arange(n) / n)
    exact = (1 + x1) * (1 + x2)
    assert np.array_equal(error, (np.where(x1 + x2 < 1, 1 + x1 + x2, 2 * (x1 + x2)) - exact) / exact)


def test_surface_needs_two_operands(tmp_path):
    with pytest.raises(ValueError, match="a surface has two axes, and sqrt-f16-mitchell one operand"):
        plot_surface(Operator.from_name("sqrt-f16-mitchell"), tmp_path / "surface.png")


def test_matplotlib_is_imported_only_when_a_picture_is_drawn():
    code = "import sys, pysoft.errors; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_matplotlib_is_a_module_not_found_error(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ModuleNotFoundError):
        plot_surface(Operator.from_name("mul-u4-mitchell"), tmp_path / "surface.png")
    assert not list(tmp_path.iterdir())


def test_title_has_no_long_rational():
    assert "proved: -1/9 \u2264 relative error \u2264 0" == proved(Operator.from_name("mul-u16-mitchell"))
    bound = Operator.from_name("mul-u16-realm-m16").bound
    assert bound.lower.denominator > 10**6
    expected = f"proved: {100 * float(bound.lower):+.4f} % \u2264 relative error before truncation \u2264 {bound.upper}"
    assert expected == proved(Operator.from_name("mul-u16-realm-m16"))
