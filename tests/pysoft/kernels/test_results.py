import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.kernels import extension
from pysoft.kernels.results import ModelResults, results_of
from pysoft.operator import Operator

pytestmark = pytest.mark.skipif(extension("_errors") is None, reason="the compiled part is not there")
LEVELS = range(len(extension("_errors").levels()) if extension("_errors") else 0)


def configurations(operation, form):
    for family in FAMILIES.values():
        if operation in family.operations:
            exact = Operator.from_name(f"{operation}-{form}-exact")
            for configuration in family.operations[operation].configurations_at(exact.format.width):
                yield exact.with_family(family.name, **configuration)


def filled(results, a, b):
    out = np.empty((a.size, b.size))
    results.fill(results.first(a), results.second(b), out)
    return out


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("operation", "form"), [("mul", "u8"), ("mul", "s8"), ("mul", "u3"), ("div", "u8"), ("div", "s6")]
)
def test_results_are_those_of_the_model_for_every_pair(operation, form, level):
    compared = 0
    for operator in configurations(operation, form):
        magnitudes = np.arange(1, max(operator.format.maximum, -operator.format.minimum) + 1, dtype=np.uint64)
        a, b = (axis.copy() for axis in np.broadcast_arrays(magnitudes[:, None], magnitudes))
        for f in (0, 7, 32) if operation == "div" else (None,):
            chosen = operator if f is None else operator.with_family(operator.family, **{**operator.parameters, "f": f})
            expected = chosen.unsigned_core(a, b)
            source = results_of(chosen, level=level)
            results = filled(source, magnitudes, magnitudes)
            assert np.array_equal(expected, results), chosen
            assert np.array_equal(results, results.T) == source.commutes, chosen
            compared += expected.size
    assert compared


@pytest.mark.parametrize("name", ["mul-u17-mitchell", "div-u16-exact-f32"])
def test_what_no_loop_can_hold_is_left_to_the_model(name):
    assert isinstance(results_of(Operator.from_name(name)), ModelResults)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_has_a_compiled_loop(family):
    for operation in {"mul", "div"} & set(FAMILIES[family].operations):
        for operator in configurations(operation, "u16"):
            assert (operator.family != family) or not isinstance(results_of(operator), ModelResults), operator


class TestBuffers:
    def test_wrong_sizes_are_refused(self):
        u, v = np.ones((2, 1)), np.ones((1, 3))
        extension("_errors").bilinear(0, 1, u, v, np.empty((2, 3)))
        with pytest.raises(ValueError, match="results must be 48 bytes, not 56"):
            extension("_errors").bilinear(0, 1, u, v, np.empty(7))
        with pytest.raises(ValueError, match=r"terms must be 1\.\.3, not 4"):
            extension("_errors").bilinear(0, 4, u, v, np.empty((2, 3)))

    @pytest.mark.parametrize("level", [-1, 99])
    def test_unknown_level_is_refused(self, level):
        with pytest.raises(ValueError, match=rf"level must be 0\.\.\d, not {level}"):
            extension("_errors").bilinear(level, 1, np.ones((2, 1)), np.ones((1, 3)), np.empty((2, 3)))

    def test_last_level_runs_everywhere(self):
        assert extension("_errors").levels()[-1] == "plain"
