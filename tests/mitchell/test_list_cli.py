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
    u16 = [o for o in mitchell.operators() if o.family == name and o.format.name == "u16"]
    assert [o.name for o in u16] == [entry["operator"] for entry in answer["configurations"]]
    for operator, entry in zip(u16, answer["configurations"], strict=True):
        assert operator.name in text
        bound = operator.bound
        assert (bound and bound.statement) == (entry["bound"] and entry["bound"]["statement"])
        assert bound is None or bound.lower == Fraction(entry["bound"]["lower"])
    known = [(name, p.name) for name, i in family.operations.items() for p in i.parameters]
    assert set(known) <= {(p["operation"], p["name"]) for p in answer["parameters"]}
    assert answer["note"] == family.note


def test_card_has_the_legal_values_of_parameters(run):
    _, out, _ = run("list", "realm")
    assert ["mul", "4, 8, 16; must be given", "segments of each fraction"] == sheet(out)["-m"]


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
