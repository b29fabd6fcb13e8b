"""An operation on floats as the compiled loops take it: ``struct operator`` in ``_operator.h``."""

from functools import lru_cache

import numpy as np

from ..float_formats import FLOAT_FORMATS, FloatFormat
from ..logarithmic import Correction, Scheme
from ..operator import Operator
from ..power import PowerScheme

__all__ = ["FORMATS", "packed", "packed_exponential"]

FORMATS = {"f32": 0, "bf16": 1, "f16": 2}  # enum format
_OPERATIONS = ("mul", "div", "square", "reciprocal", "sqrt", "rsqrt", "exponential", "logarithm")  # enum operation
_EXACT, _CONSTANT, _LOG, _LINEAR = range(4)  # enum form
_F = 23  # fraction bits of a float32, in whose patterns everything is held
_BIAS = 127
_LEADING = 4  # leading bits of a fraction that select an entry
_LOST = 60  # binades below a product from which on what is added to it is cut off
_HEAD = ("operation", "form", "smallest", "infinity", "dropped", "cut_off", "uniform", "least", "most")
_TABLES = [(name, np.int32, 1 << 2 * _LEADING) for name in ("table", "parts")]
_TAIL = [("constant", np.int64), ("places", np.int32), ("decay", np.int32)]
_STRUCTURE = np.dtype([*((name, np.int32) for name in _HEAD), *_TABLES, *_TAIL], align=True)


@lru_cache(256)
def packed(operator: Operator) -> bytes | None:
    """The bytes of ``struct operator``, or None if the compiled loops cannot compute the operator.

    They compute f32, bf16 and f16 by the exact family and by all families whose scheme is a plain sum of logarithms
    with a correction by up to 16 segments of each fraction.
    """
    scheme, form = operator.scheme, FLOAT_FORMATS.get(operator.format.name)
    if form is None or form.name not in FORMATS or not (operator.is_exact or _fits(scheme, form.fraction_bits)):
        return None
    cut_off = _F - form.fraction_bits
    kind, entries, parts = _EXACT, np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64)
    least, most = 0, 1 << _F  # the exact product is Mitchell's or up to 1/8 more
    if isinstance(scheme, Scheme):
        cut_off = _F - scheme.kept
        correction = scheme.correction or Correction(((0,),), 0, "log")
        assert isinstance(correction, Correction)
        entries = np.array(correction.table, dtype=np.int64) << _F - correction.bits
        kind = _LINEAR if correction.domain == "linear" else _CONSTANT if entries.size == 1 else _LOG
        least, most = int(entries.min()), int(entries.max())
    elif isinstance(scheme, PowerScheme):
        entries = np.array(scheme.table, dtype=np.int64) << _F - scheme.bits
        kind = _CONSTANT if entries.size == 1 else _LOG
    if kind == _LINEAR:
        as_floats = np.where(entries == 0, 2.0**-_LOST, entries * 2.0**-_F).astype(np.float32)
        parts = as_floats.view(np.int32).astype(np.int64) - (_BIAS << _F)
        least, most = (int(parts.min()) & -1 << _F) - (1 << _F), 1 << _F  # a sum may owe its exponent to a carry
    power = isinstance(scheme, PowerScheme)
    return _bytes(
        form,
        operator.operation,
        kind,
        cut_off=cut_off,
        uniform=entries.size == 1,
        least=least,
        most=most,
        table=_spread(entries, power),
        parts=_spread(parts, power),
    )


def packed_exponential(
    operation: str, form: FloatFormat, constant: int, places: int, *, decay: int = 0
) -> bytes | None:
    """The bytes of ``struct operator`` for ``exponential`` or ``logarithm``, or None if no loop knows the format.

    Parameters
    ----------
    operation : str
    form : FloatFormat
    constant, places : int
        The constant is constant 2^-places; see :mod:`pysoft.exponential`.
    decay : int
        0 for the exponential of x, 1 for that of -|x|, 2 for that of -2 |x|.
    """
    if form.name not in FORMATS:
        return None
    cut_off = _F - form.fraction_bits
    return _bytes(form, operation, _CONSTANT, cut_off=cut_off, constant=constant, places=places, decay=decay)


def _bytes(form: FloatFormat, operation: str, kind: int, **others: int | np.ndarray) -> bytes:
    """``struct operator`` with these fields, and zeros in the others."""
    fields = {"operation": _OPERATIONS.index(operation), "form": kind, "dropped": _F - form.fraction_bits}
    limits = {"smallest": _pattern(1 - form.bias), "infinity": _pattern(form.bias + 1)}
    structure = np.zeros((), _STRUCTURE)
    for name, value in (fields | limits | others).items():
        structure[name] = value
    return structure.tobytes()


def _fits(scheme: object, F: int) -> bool:
    if isinstance(scheme, PowerScheme):
        return scheme.bits <= F and max(scheme.index_bits) <= _LEADING
    if not isinstance(scheme, Scheme) or scheme.lower_part or scheme.carry_in or scheme.last_one != (scheme.kept < F):
        return False
    correction = scheme.correction
    if correction is None:
        return scheme.kept == F
    if not isinstance(correction, Correction) or max(correction.index_bits) > _LEADING:
        return False
    if correction.domain == "linear":
        return correction.bits < _F
    return correction.bits <= F and scheme.kept == F


def _pattern(exponent: int) -> int:
    return exponent + _BIAS << _F


def _spread(table: np.ndarray, power: bool) -> np.ndarray:
    """A table with a row and a column for each of the leading bits, in 256 words: entries are repeated.

    That of a power has two rows, for either parity of the exponent.
    """
    rows, columns = table.shape
    entries = 1 << _LEADING
    full = np.repeat(np.repeat(table, (2 if power else entries) // rows, axis=0), entries // columns, axis=1)
    return np.resize(full.ravel(), entries * entries)
