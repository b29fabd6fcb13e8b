"""The compiled loops on floats, called as the package calls them, and which of them is due."""

import numpy as np
import pytest
from float_values import words

from pysoft.kernels import floats
from pysoft.operator import Operator

module = pytest.importorskip("pysoft.kernels._arithmetic", reason="the compiled part is not there")
LEVELS = range(len(module.levels()))
by_level = pytest.mark.parametrize("level", LEVELS, ids=module.levels())
# Low bits dropped or fewer fraction bits: cut off as the words are packed, or too many for that.
OTHERS = [
    Operator.from_name(f"mul-{rest}")
    for rest in (
        *("f32-mbm-t1", "f32-mbm-t18", "f32-mbm-t20", "f32-realm-m16-t4", "f32-realm-m16-t20", "f32-realm-m8-q4"),
        *("bf16-mbm-t2", "bf16-realm-m4-t4", "f16-realm-m4-q4", "f16-mbm-t7"),
    )
]


def elementwise(level, operator, *operands):
    """Bits of results, by operands that are close together."""
    results = np.full(operands[0].shape, -1).astype(words(operands[0]).dtype)
    bits = [np.ascontiguousarray(words(operand)) for operand in operands]
    unit = floats.FORMATS[operator.format.name]
    module.elementwise(level, floats.packed(operator), unit, bits[0], bits[-1], results)
    return results


def matmul(level, operator, a, b, dtype=np.float32, guard=2):
    """Bits of the sums, shape (t, m, n), written between other words, which stay as they are."""
    shape = a.shape[0], a.shape[1], b.shape[2] + guard
    c = np.full(shape, -7, dtype)
    place = c[:, ::-1, 1:-1] if guard else c
    scratch = np.full(module.SCRATCH_BYTES + 64, 0xA5, np.uint8)
    unit, inside = floats.FORMATS[operator.format.name], scratch[32:-32]
    wide = dtype is np.float64
    module.matmul(level, floats.packed(operator), unit, wide, words(a), words(b), inside, place)
    assert np.all(scratch[[*range(32), *range(-32, 0)]] == 0xA5)
    assert not guard or np.all(c[:, :, [0, -1]] == -7)
    return words(place)


def loop(operator, a, b):
    """The loop for whole matrices, in the words of ``enum loop`` in ``_panel.h``."""
    head = np.frombuffer(floats.packed(operator), np.int32)[:9].tolist()
    _, form, smallest, infinity, dropped, cut_off, uniform, least, most = head
    name = ("EXACT", "CONSTANT", "LOG", "LINEAR")[form]
    f32 = Operator.from_name("mul-f32-exact").format
    magnitudes = [f32.to_bits(x.astype(np.float32)).astype(np.int64) & 0x7FFFFFFF for x in (a, b)]
    counted = [x[x >= smallest] for x in magnitudes]
    finite = all(np.all(x < f32.infinity) for x in magnitudes)
    one, zeros = f32.bias << f32.fraction_bits, any(np.any(x < smallest) for x in magnitudes)
    low, high = (sum(int(pick(x)) for x in counted) - one for pick in (np.min, np.max))
    limited = low + least >= smallest and high + most < infinity
    narrow = smallest > f32.smallest
    if not finite or cut_off > max(dropped, 18) or not (limited or narrow or name == "CONSTANT"):
        return f"ANY + {name}"
    if not limited:
        clipped = {"EXACT": "CLIPPED_ROUNDED", "LOG": "CLIPPED_TABLE", "LINEAR": "CLIPPED_PARTS"}
        return clipped.get(name, "FINITE" if high + most >= infinity else "FLUSH")
    if name == "EXACT":
        return "ROUNDED" if dropped else "FLOATS"
    kind = {"CONSTANT": "PLAIN", "LOG": "TABLE", "LINEAR": "PART" if uniform and not dropped else "PARTS"}[name]
    return f"{kind} + ZEROS" if zeros else kind
