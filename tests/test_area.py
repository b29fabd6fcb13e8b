"""The page of docs/area.py, from rows that are made up."""

import dataclasses
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def area(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    import area

    return area


@pytest.fixture
def row(area):
    def row(operator, stages=0, cells=100, fmax=50.0, target="ice40-hx8k", **more):
        speed = {"delay": None, "area_delay": None}
        if fmax:
            speed = {"delay": (stages + 1) * 1000 / fmax, "area_delay": cells * 1000 / fmax}
        kept = {"luts": 80, "registers": 60, "mred": 0.03847, "seconds": 60.0, "device": "part", "yosys": "0.1"}
        kept |= {"strategy": "plain", "seeds": 3 if fmax else 0, "constraint": 250 if fmax else None}
        kept |= {"nextpnr": "0.2" if fmax else None} | speed | more
        return area.Row(operator=operator, target=target, stages=stages, cells=cells, fmax=fmax, **kept)

    return row


@pytest.fixture
def rows(row):
    """Products of 8 bits with and without stages, quotients, and a target without frequencies."""
    return [
        row("mul-u8-exact", strategy="booth"),
        row("mul-u8-exact", 1, 200, 80.0),
        row("mul-u8-mitchell", 0, 90, 50.1),
        row("mul-u8-mitchell", 1, 199, 81.0),
        row("mul-u8-realm-m4", 0, 90, 50.0),
        row("mul-u8-realm-m4", 1, 200, 100.0),
        row("mul-u8-drum-k4", 0, 101, 60.0),
        row("mul-u8-drum-k4", 1, 60, 80.5),
        row("div-u8-exact", 1, 100, 10.0),
        row("div-u8-mitchell", 1, 300, 80.0),
        row("mul-u8-exact", fmax=None, target="xilinx7"),
        row("mul-u8-mitchell", fmax=None, target="xilinx7"),
    ]


def test_rows_are_read_as_they_were_written(area, rows, tmp_path):
    area.write_rows(rows, tmp_path / "area.csv")
    assert rows == area.read_rows(tmp_path / "area.csv")
    assert [field.name for field in dataclasses.fields(area.Row)] == (
        (tmp_path / "area.csv").read_text().splitlines()[0].split(",")
    )


def test_page_compares_at_equal_latency(area, rows):
    lines = area.page(rows).splitlines()
    assert "| u8 | `exact` | 100 at 50 | 200 at 80 |" in lines
    assert "| u8 | `mitchell` | **0.90, 1.00** | **0.99, 1.01** |" in lines
    assert "| u8 | `realm-m4` | 0.90, 1.00 | 1.00, 1.25 |" in lines
    assert "| u8 | `drum-k4` | 1.01, 1.20 | **0.30, 1.01** |" in lines
    verdict = "- u8: `mitchell` with 0, 1 stages, which are all; `realm-m4` nowhere; `drum-k4` with 1 stage."
    assert verdict in lines
    assert "| u8 | `exact` | 200.0 |" in lines
    assert "| u8 | `mitchell` | 25.0 (8.0) |" in lines
    assert not [line for line in lines if "xilinx7" in line and " stage" in line]


def test_page_has_every_row_and_its_conditions(area, rows):
    lines = area.page(rows).splitlines()
    assert "| `mul-u8-exact` (booth) | 0 | 100 | 80 | 60 | 50.0 | 20.0 | 2000 | 3.85 |" in lines
    assert "| `mul-u8-mitchell` | 0 | 100 | 80 | 60 | - | - | - | 3.85 |" in lines
    assert len(rows) == sum(line.startswith(("| `mul-", "| `div-")) for line in lines)
    assert "| `ice40-hx8k` | part | 0.1 | 0.2 | 250 |" in lines
    assert "| `xilinx7` | part | 0.1 | - | - |" in lines
    assert "12 minutes in all" in "\n".join(lines)


def test_everything_planned_stands_beside_an_exact_operator(area):
    jobs = area.plan()
    assert len(jobs) == len(set(jobs))
    places = {
        (job.target.name, job.operator.operation, job.operator.format.name, job.stages)
        for job in jobs
        if job.operator.is_exact
    }
    for job in jobs:
        assert (job.target.name, job.operator.operation, job.operator.format.name, job.stages) in places
    of_ice40 = {place[1:] for place in places if place[0] == "ice40-hx8k"}
    assert {("mul", form, stages) for form in ("u8", "u16", "u32") for stages in range(6)} <= of_ice40
    assert {stages for target, operation, form, stages in places if target == "ecp5-25k" and form == "u16"} == {0, 4}


def test_quotients_are_measured_with_fraction_bits(area):
    import mitchell

    floor = mitchell.operator("div-u8-mitchell")
    assert area.mred(floor) == area.mred(floor.with_family("mitchell", f=8)) < 0.05
    assert 0 == area.mred(mitchell.operator("mul-u8-exact"))


def test_pictures_are_drawn(area, row, tmp_path):
    rows = [row(f"{operation}-{form}-{kind}") for operation in ("mul", "div") for form in ("u8", "u16", "u32")
            for kind in ("exact", "mitchell")]  # fmt: skip
    area.plot_products(rows, tmp_path / "products.png")
    area.plot_quotients(rows, tmp_path / "quotients.png")
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in tmp_path.iterdir())
    assert 2 == len(list(tmp_path.iterdir()))
