import pytest
from amaranth.back import rtlil

from boards.synthesis import design
from boards.synthesis.design import Design
from boards.synthesis.store import Store
from pysoft.operator import Operator
from rtl import logarithmic

OPERATOR = Operator.from_name("mul-u4-mitchell")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def made(monkeypatch):
    """One item for every text that is made."""
    texts = []

    def convert(*arguments, **options):
        texts.append(convert.original(*arguments, **options))
        return texts[-1]

    convert.original = rtlil.convert
    monkeypatch.setattr(rtlil, "convert", convert)
    return texts


def test_the_text_is_the_design_in_its_harness():
    text = Design(OPERATOR, 2).text
    assert "\nmodule \\top\n" in text
    assert "module \\top.design\n" in text
    assert text == Design(OPERATOR, 2).text


def test_the_key_is_known_without_the_text(store, made):
    key = Design(OPERATOR, 2).key(store)
    assert 1 == len(made)
    assert key == Design(OPERATOR, 2).key(store)
    assert 1 == len(made)


def test_the_key_tells_designs_apart(store):
    keys = {Design(OPERATOR, stages).key(store) for stages in range(3)}
    assert 4 == len({*keys, Design(OPERATOR.with_family("exact"), 0).key(store)})


def test_other_sources_with_the_same_text_have_the_same_key(monkeypatch, store, made):
    key = Design(OPERATOR, 2).key(store)
    monkeypatch.setattr(design, "_SOURCES", "others")
    assert key == Design(OPERATOR, 2).key(store)
    assert 2 == len(made)


def test_sources_edited_after_their_import_are_not_taken_for_those_that_ran(monkeypatch, store, made):
    monkeypatch.setattr(design, "_sources", lambda: "edited")
    keys = [Design(OPERATOR, 2).key(store) for _ in range(2)]
    assert keys[0] == keys[1]
    assert 2 == len(made)


def test_other_cut_points_have_another_key(monkeypatch, store):
    key = Design(OPERATOR, 1).key(store)
    monkeypatch.setitem(logarithmic.CUTS, 1, ("sum",))
    assert key != Design(OPERATOR, 1).key(store)
