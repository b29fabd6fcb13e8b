"""Numbers of f32, f16 and bf16 for tests of whole arrays: by style, at the limits, and in any layout in memory."""

import numpy as np

from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

FORMATS = ("f32", "f16", "bf16")
STYLES = ("about one", "with zeros", "finite", "small", "large", "one infinity", "one nan", "any")
# In memory: as written, transposed, every second row backwards, each third column, one line or matrix repeated, at an
# odd address.
LAYOUTS = ("plain", "transposed", "backwards", "gaps", "same row", "same column", "same matrix", "unaligned")


def catalogue(form, operations=tuple(OPERATIONS)):
    """Every operator of the catalogue in a format."""
    return [
        Operator(operation, FLOAT_FORMATS[form], family.name, configuration)
        for family in FAMILIES.values()
        for operation, implementation in family.floats.items()
        for configuration in implementation.configurations_at(FLOAT_FORMATS[form].precision)
        if operation in operations
    ]


def words(values):
    """Bits of an array, its strides as they are."""
    return values.view(f"u{values.itemsize}")


def numbers(form, patterns):
    return form.from_bits(np.asarray(patterns, dtype=np.uint64))


def random_numbers(form, shape, style, rng):
    """Random fractions and signs. Unless it is ``small``, ``large``, ``finite`` or ``any`` a number lies in [1, 4)."""
    unit = 1 << form.fraction_bits
    limits = {
        "finite": (0, form.infinity),
        "small": (0, (form.bias // 2 + 2) * unit),
        "large": ((form.bias + form.bias // 2 - 2) * unit, form.infinity),
        "any": (0, 1 << form.width - 1),
    }
    patterns = rng.integers(*limits.get(style, (form.bias * unit, (form.bias + 2) * unit)), shape)
    if style == "with zeros":
        tiny = rng.choice([0, 1, unit - 1], shape)
        patterns = np.where(rng.random(shape) < 0.2, tiny, patterns)
    if style in ("one infinity", "one nan") and patterns.size:
        last = (1 << form.width - 1) - 1
        special = form.infinity if style == "one infinity" else rng.choice([form.infinity + 1, form.nan, last])
        patterns.flat[rng.integers(patterns.size)] = special
    return numbers(form, patterns | rng.integers(0, 2, shape) << form.width - 1)


def corners(form):
    """Numbers where something ends, of both signs: of the format, and of the halves of the range of a float32."""
    unit, one = 1 << form.fraction_bits, form.bias << form.fraction_bits
    edges = {0, unit, one, one + unit, form.infinity, form.nan}
    edges |= {one + exponent * unit for exponent in (-63, -62, -7, 8, 64, 65)}
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    near |= {one + unit // 2, unit // 2, form.infinity - unit // 9, form.infinity + unit // 9}
    last = (1 << form.width - 1) - 1
    patterns = sorted(pattern for pattern in near | {last} if 0 <= pattern <= last)
    return numbers(form, patterns + [pattern | 1 << form.width - 1 for pattern in patterns])


def pairs_at_limits(form):
    """Every pair of corners, and pairs whose product is near either end of the range of a float32."""
    ends, unit = corners(form), 1 << form.fraction_bits
    exponents = [*range(-72, -54), *range(60, 68)]
    patterns = [
        (form.bias + k) * unit + f for k in exponents for f in (0, unit - 1) if 0 < form.bias + k < 2 * form.bias
    ]
    near = numbers(form, patterns)
    edges = numbers(form, [(form.bias - 63) * unit, (form.bias + 65) * unit - 1]) if patterns else near
    grids = [np.meshgrid(*sides) for sides in ((ends, ends), (near, edges), (edges, near))]
    return [np.concatenate([grid[side].ravel() for grid in grids]) for side in (0, 1)]


def laid_out(form, shape, style, layout, rng):
    """Random numbers, shape (count, rows, columns)."""
    count, rows, columns = shape

    def random(*shape):
        return random_numbers(form, shape, style, rng)

    match layout:
        case "transposed":
            return random(count, columns, rows).swapaxes(1, 2)
        case "backwards":
            return random(count, 2 * rows, columns)[:, ::-2]
        case "gaps":
            return random(count, rows, 3 * columns + 1)[:, :, 1::3]
        case "same row":
            return np.broadcast_to(random(count, 1, columns), shape)
        case "same column":
            return np.broadcast_to(random(count, rows, 1), shape)
        case "same matrix":
            return np.broadcast_to(random(rows, columns), shape)
        case "unaligned":
            values = random(*shape)
            memory = np.empty(values.nbytes + 1, np.uint8)[1:]
            memory[:] = np.ascontiguousarray(values).view(np.uint8).ravel() if values.size else 0
            return memory.view(values.dtype).reshape(shape)
    return random(*shape)


def plain_sums(operator, a, b, dtype=np.float32):
    """Bits of sums that NumPy adds one after the other, of products that the model makes of the distinct numbers.

    Shapes (..., m, k) and (..., k, n) to (..., m, n).
    """
    (x, i), (y, j) = (np.unique(words(operand), return_inverse=True) for operand in (a, b))
    i, j = i.reshape(a.shape), j.reshape(b.shape)
    table = operator(x.view(a.dtype)[:, None], y.view(b.dtype)).astype(dtype)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    c = np.zeros((*lead, a.shape[-2], b.shape[-1]), dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(a.shape[-1]):
            c = c + table[i[..., k, None], j[..., k, None, :]]
    return words(np.where(np.isnan(c), dtype(np.nan), c))
