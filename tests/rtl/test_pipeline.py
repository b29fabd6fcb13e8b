import pytest
from amaranth.hdl import Module, Signal

from rtl.pipeline import Pipeline


def test_cut_passes_values_through_where_no_register_is_live():
    m, a, b = Module(), Signal(4), Signal(2)
    assert (a, b) == Pipeline(("log", "sum"), ("sum",)).cut(m, "log", a, b)


def test_pipeline_orders_live_points_by_dataflow():
    assert ("log", "sum") == Pipeline(("log", "sum"), ("sum", "log")).live


def test_pipeline_refuses_an_unknown_live_point():
    with pytest.raises(ValueError, match=r"unknown cut points \['power'\]: the points are log, sum"):
        Pipeline(("log", "sum"), ("power",))


def test_cut_refuses_an_unknown_point():
    with pytest.raises(ValueError, match="unknown cut point 'power'"):
        Pipeline(("log",)).cut(Module(), "power", Signal())
