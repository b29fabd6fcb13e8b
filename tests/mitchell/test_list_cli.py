import json
from fractions import Fraction

import pytest
from command_line import sheet

import mitchell
from pysoft.families import FAMILIES, STATUSES


@pytest.mark.parametrize("name", FAMILIES)
def test_card_has_all_that_is_known_of_a_family(run, name):
    family = FAMILIES[name]
    status, out, _ = run("list", name)
    text = " ".join(out.split())
    assert 0 == status
    for part in (family.title, family.source, family.status, family.note, STATUSES[family.status]):
        assert " ".join(part.split()) in text
    answer = json.loads(run("list", name, "--json")[1])
    floats = ("f8e4m3", "f8e5m2") if name == "carryin" else ("bf16",)
    shown = [o for o in mitchell.operators() if o.family == name and o.format.name in ("u16", *floats)]
    assert shown
    assert [o.name for o in shown] == [entry["operator"] for entry in answer["configurations"]]
    for operator, entry in zip(shown, answer["configurations"], strict=True):
        assert operator.name in text
        bound = operator.bound
        assert (bound and bound.statement) == (entry["bound"] and entry["bound"]["statement"])
        assert bound is None or bound.lower == Fraction(entry["bound"]["lower"])
    known = [(name, "u16", p.name) for name, i in family.operations.items() for p in i.parameters]
    known += [(name, form, p.name) for form in floats for name, i in family.floats.items() for p in i.parameters]
    assert set(known) <= {(p["operation"], p["format"], p["name"]) for p in answer["parameters"]}
    assert (list(family.operations), list(family.floats)) == (
        list(answer["operations"]),
        list(answer["float_operations"]),
    )
    assert answer["note"] == family.note


def test_card_has_the_legal_values_of_parameters(run):
    _, out, _ = run("list", "realm")
    assert ["mul-u16", "4, 8, 16; must be given", "segments of each fraction"] == sheet(out)["-m"]
    legal = {p["format"]: p["legal"] for p in json.loads(run("list", "mbm", "--json")[1])["parameters"]}
    assert {"u16": list(range(14)), "bf16": list(range(6))} == legal


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("michel", "unknown family 'michel'; nearest: mitchell"),
        ("zzz", "unknown family 'zzz'; the families are exact, "),
    ],
)
def test_unknown_family_names_those_that_are_near(run, name, message):
    status, out, err = run("list", name)
    assert (2, "", 1) == (status, out, err.count("\n"))
    assert message in err


def test_overview_tells_of_the_cards(run):
    assert "mitchell list FAMILY" in run("list")[1]


def test_overview_has_formats_and_operations_on_integers_and_floats(run):
    _, out, _ = run("list")
    assert "Formats  u2..u32, s2..s32, f32, f16, bf16, f8e4m3, f8e5m2  (" in out
    cells = sheet(out)
    assert ["mul", "-"] == cells["drum"][:2]
    assert ["-", "mul"] == cells["lmul"][:2]
    assert ["mul", "mul"] == cells["mbm"][:2]
    answer = json.loads(run("list", "--json")[1])
    assert ["f32", "f16", "bf16", "f8e4m3", "f8e5m2"] == answer["formats"][2:]
    (exact,) = [family for family in answer["families"] if family["name"] == "exact"]
    assert ["f"] == exact["operations"]["rsqrt"]
    assert [] == exact["float_operations"]["rsqrt"]
