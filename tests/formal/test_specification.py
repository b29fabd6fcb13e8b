import itertools
from functools import reduce
from operator import add

import numpy as np
import pytest
import z3

from formal.specification import specification
from pysoft.formats import IntegerFormat
from pysoft.operator import Operator
from pysoft.vectors import all_operands, operand_vectors

# One of each way a formula can go: every operation, slot of a scheme, domain of a correction, family and kind of float.
NAMES = [
    *(f"mul-{form}-mitchell" for form in ("u2", "s4", "u13", "f8e4m3", "f16")),
    *("mul-u6-mitchw-w3", "mul-u6-dralm-t4", "mul-u6-almsoa-m3", "mul-u6-almloa-m5", "mul-s6-mbm-t2", "mul-u6-mbm"),
    *("mul-u6-realm-m4", "mul-u9-realm-m16-t3-q8", "mul-u6-tuned-minimax", "mul-u6-tuned-mred-m4-linear"),
    *("mul-u9-tuned-minimax-m16-t2", "mul-u7-split-mred-m16", "mul-u6-simdive", "mul-u6-ilm", "mul-u6-roba"),
    *("mul-s5-babic-i1", "mul-u6-babic-i4", "mul-u6-drum-k3", "mul-u6-tosam-h1-t3", "mul-u6-tosam-h4-t2"),
    *("mul-u6-exact", "mul-s6-exact", "square-u6-exact"),
    *("div-u5-mitchell-f3", "div-s5-mitchell-f1", "div-u6-inzed-t1-f4", "div-s6-tuned-mred-m4", "div-u6-simdive-f2"),
    *("div-u7-split-minimax-m16-f2", "div-u6-aaxd-k3-f1", "div-s5-aaxd-k2", "div-u6-exact-f2", "div-s5-exact"),
    *("square-u7-mitchell", "sqrt-u7-mitchell-f3", "reciprocal-u7-mitchell-f8", "rsqrt-u6-mitchell-f9"),
    *("sqrt-u6-exact-f2", "reciprocal-u6-exact-f7", "rsqrt-u5-exact-f6"),
    *("mul-bf16-mbm-t2", "mul-f16-realm-m8", "mul-f32-tuned-minimax", "mul-bf16-lmul", "div-f16-gh", "square-bf16-gh"),
    *("div-f8e5m2-mitchell", "reciprocal-f16-gh", "sqrt-f16-gh", "rsqrt-f32-tuned-minimax-m4", "sqrt-f8e5m2-mitchell"),
    *("mul-f8e4m3-carryin-g3", "div-f8e4m3-carryin-full", "rsqrt-f8e4m3-carryin-full"),
    *(f"{operation}-f8e4m3-exact" for operation in ("mul", "div", "square", "reciprocal", "sqrt", "rsqrt")),
    *("mul-f16-exact", "div-bf16-exact", "sqrt-f16-exact", "rsqrt-bf16-exact"),
]


@pytest.mark.parametrize("name", NAMES)
def test_specification_is_the_model_in_exactly_one_case(name):
    operator = Operator.from_name(name)
    form, result = operator.format, operator.result_format
    variables = [z3.BitVec(port, form.width) for port in operator.operands]
    cases = specification(operator, *variables)
    size = cases[0].value.size()
    # One term, so that a vector is put in once: how many cases there are, and the value in the last of them.
    count = reduce(add, [z3.If(case.condition, z3.BitVecVal(1, 16), z3.BitVecVal(0, 16)) for case in cases])
    value = reduce(lambda above, case: z3.If(case.condition, case.value, above), cases, z3.BitVecVal(0, size))
    both = z3.Concat(count, value)
    bits, expected = vectors(operator, max(20, 2000 // len(cases)))
    for *given, bits_of_result in zip(*bits, expected, strict=True):
        values = [(x, z3.BitVecVal(number, form.width)) for x, number in zip(variables, given, strict=True)]
        found = z3.simplify(z3.substitute(both, *values)).as_long()
        # As a number in the width of the formula: nothing of it is beyond the port.
        negative = isinstance(form, IntegerFormat) and form.signed and bits_of_result >> result.width - 1
        number = bits_of_result - (negative << result.width)
        assert (1, number % (1 << size)) == divmod(found, 1 << size), given


def vectors(operator, count):
    """Bits of operands, some of them drawn from all or from the standard ones, and of the model's results."""
    form, operands = operator.format, len(operator.operands)
    few = operands * form.width <= 16
    columns = all_operands(form, operands) if few else operand_vectors(form, 1000, 0, operands=operands)
    chosen = np.random.default_rng(0).permutation(len(columns[0]))[:count]
    columns = [column[chosen] for column in columns]
    return [form.to_bits(column).tolist() for column in columns], operator.result_format.to_bits(
        operator(*columns)
    ).tolist()


def test_cases_of_characteristics_are_all_pairs_and_the_zeros():
    operator = Operator.from_name("div-u5-mitchell")
    names = [case.name for case in specification(operator, *z3.BitVecs("n d", 5))]
    assert names == ["d = 0", "n = 0", *(f"k1 = {i}, k2 = {j}" for i, j in itertools.product(range(5), repeat=2))]
