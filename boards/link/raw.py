"""Numbers as the bytes of a payload, whole arrays at a time."""

from collections.abc import Sequence

import numpy as np

from pysoft.formats import Format
from pysoft.operator import Operator

from .protocol import operand_bytes, result_bytes

__all__ = ["operands_to_bytes", "results_from_bytes"]

_BYTES = 8  # of the integers that formats take and give bits as


def operands_to_bytes(operator: Operator, operands: Sequence[np.ndarray]) -> bytes:
    """Operands one after the other for each result.

    Parameters
    ----------
    operator : Operator
    operands : sequence of numpy.ndarray
        As :meth:`~pysoft.operator.Operator.operand_arrays` gives them: equal shapes, dtype of the format.

    Examples
    --------
    >>> op = Operator.from_name("mul-s9-mitchell")
    >>> operands_to_bytes(op, op.operand_arrays([-1, 2], 3)).hex(" ")
    'ff 01 03 00 02 00 03 00'
    """
    columns = [_to_bytes(operator.format, operand.ravel(), operand_bytes(operator)) for operand in operands]
    return np.concatenate(columns, axis=1).tobytes()


def results_from_bytes(operator: Operator, payload: bytes) -> np.ndarray:
    """Results in the dtype of the operator's model: shape (results,).

    Examples
    --------
    >>> op = Operator.from_name("mul-s9-mitchell")
    >>> results_from_bytes(op, bytes.fromhex("fd ff 03 08 00 00"))
    array([-3,  8])
    """
    size = result_bytes(operator)
    padded = np.zeros((len(payload) // size, _BYTES), np.uint8)
    padded[:, :size] = np.frombuffer(payload, np.uint8).reshape(-1, size)
    return operator.result_format.from_bits(padded.view("<u8").ravel().astype(np.uint64, copy=False))


def _to_bytes(form: Format, values: np.ndarray, size: int) -> np.ndarray:
    """The lowest bytes of each number, lowest first: uint8, shape (numbers, size)."""
    bits = form.to_bits(values).astype("<u8", copy=False)
    return bits.view(np.uint8).reshape(-1, _BYTES)[:, :size]
