import numpy as np
import pytest
from catalogue import examples
from simulate import clocked
from slow_tests import slow_unless

from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.float_vectors import corner_floats, random_floats
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from rtl.core import Core


def operands(operator):
    """Every vector of a small format; corners, neighbours of powers of two and random values of a large one."""
    form = operator.format
    if isinstance(form, FloatFormat):
        rng = np.random.default_rng(form.width)
        values = np.append(corner_floats(form), random_floats(form, 6 if len(operator.operands) == 2 else 60, rng))
    elif form.width <= 4:
        values = form.values()
    else:
        rng = np.random.default_rng(form.width)
        powers = [s * ((1 << k) + e) for k in range(form.width) for e in (-1, 0, 1) for s in (1, -1)]
        spread = [int(v) >> int(rng.integers(form.width)) for v in rng.integers(form.minimum, form.maximum + 1, 40)]
        legal = {v for v in [*powers, *spread, form.minimum, form.maximum] if form.minimum <= v <= form.maximum}
        values = rng.choice(np.array(sorted(legal), dtype=form.dtype), 12, replace=False)
        values = np.unique(np.append(values, np.array([0, 1, form.minimum, form.maximum], dtype=form.dtype)))
    return [column.ravel() for column in np.meshgrid(*[values] * len(operator.operands))]


def check(name, stages):
    operator = Operator.from_name(name)
    core = Core(operator, stages=stages)
    columns = operands(operator)
    bits = [operator.format.to_bits(column).tolist() for column in columns]
    vectors = [dict(zip(core.operands, values, strict=True)) for values in zip(*bits, strict=True)]
    expected = operator.result_format.to_bits(operator(*columns)).tolist()
    enables = list(core.enable) if stages else ()
    assert expected == clocked(core, vectors, "o", enables=enables, latency=stages)


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("family", ["mitchell", "exact"])
@pytest.mark.parametrize("operation", ["mul-{}", "div-{}", "div-{}-f3"])
@pytest.mark.parametrize("form", ["u2", "u3", "s2", "s4"])
def test_core_equals_the_model_for_every_pair_of_a_small_format(operation, form, family, stages):
    prefix, _, suffix = operation.partition("{}")
    check(f"{prefix}{form}-{family}{suffix}", stages)


@pytest.mark.parametrize(
    "name", [name for form in ("u4", "s4") for operation in ("mul", "div") for name in examples(operation, form)]
)
def test_core_of_every_family_equals_the_model_for_every_pair_at_any_number_of_stages(name):
    for stages in (0, 1, 2, 3, 4, 5):
        check(name, stages)


@pytest.mark.parametrize(
    "name",
    slow_unless(
        lambda name: "-s16-" not in name,
        [name for form in ("u13", "s16", "u32") for operation in ("mul", "div") for name in examples(operation, form)],
    ),
)
def test_core_of_every_family_equals_the_model_in_large_formats(name):
    check(name, 0)
    check(name, 3)


LARGE = [
    f"{operation}-{form}-{family}{suffix}"
    for form in ("u8", "s13", "u16", "s32", "u31")
    for family in ("mitchell", "exact")
    for operation, suffix in (("mul", ""), ("div", ""), ("div", "-f32"))
]
SIMULATED_SLOWLY = ("div-s13-exact-f32", "div-u16-exact-f32", "div-s32-exact-f32", "div-u31-exact-f32")


@pytest.mark.parametrize("stages", slow_unless(lambda stages: stages != 2, [0, 2, 5]))
@pytest.mark.parametrize("name", slow_unless(lambda name: name not in SIMULATED_SLOWLY, LARGE))
def test_core_equals_the_model_in_large_formats(name, stages):
    check(name, stages)


UNARY = [name for name, operation in OPERATIONS.items() if operation.exponent]


@pytest.mark.parametrize("form", ["u2", "u3", "u4", "u13", "u16", "u32"])
@pytest.mark.parametrize("operation", UNARY)
def test_core_of_every_power_equals_the_model(operation, form):
    for name in examples(operation, form):
        for stages in range(6) if form == "u4" else (0, 3):
            check(name, stages)


EIGHT_BITS = {"f8e4m3": (0, 1, 3, 5), "f8e5m2": range(6)}  # stages; the latter are slow, and have all


@pytest.mark.parametrize("form", slow_unless(lambda form: form != "f8e5m2", FLOAT_FORMATS))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_core_of_every_float_operation_equals_the_model(operation, form):
    for name in examples(operation, form):
        for stages in (0, 3) if "exact" in name else EIGHT_BITS.get(form, (0, 3)):
            check(name, stages)


@pytest.mark.parametrize("stages", [-1, 6, 1.5, "2", None])
def test_core_refuses_stages_outside_its_range(stages):
    with pytest.raises(ValueError, match=r"stages must be 0\.\.5"):
        Core(Operator.from_name("mul-u8-mitchell"), stages=stages)
