"""An operator in hardware with the call of its model."""

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from pysoft.operator import Operator

from .connection import Connection
from .errors import LinkError
from .protocol import request_bytes, result_bytes
from .raw import operands_to_bytes, results_from_bytes

__all__ = ["RemoteOperator"]


class RemoteOperator:
    """An operator of a board. It takes and gives what its model does.

    Attributes
    ----------
    model : pysoft.operator.Operator
        What it computes.
    """

    def __init__(self, model: Operator, unit: int, connection: Connection, payload: int):
        self.model = model
        self._unit, self._connection = unit, connection
        self._vectors = max(1, payload // request_bytes(model))  # in a frame

    @property
    def name(self) -> str:
        """Canonical name."""
        return self.model.name

    def __repr__(self) -> str:
        return f"<{self.name} on {self._connection.name}>"

    def __call__(self, *operands: npt.ArrayLike, progress: Callable[[int, int, str], None] | None = None) -> Any:
        """The result by the hardware.

        Parameters
        ----------
        *operands : array_like
            As :meth:`pysoft.operator.Operator.__call__` takes them.
        progress : callable, optional
            Called with (results that have come, results in all, what).

        Returns
        -------
        numpy.ndarray, or a NumPy scalar if all operands are scalars
            As the model gives it.

        Raises
        ------
        TypeError, ValueError
            As the model.
        LinkError
            If the board cannot be reached; then nothing is returned.
        """
        arrays = self.model.operand_arrays(*operands)
        shape, total = arrays[0].shape, arrays[0].size
        payload = operands_to_bytes(self.model, arrays)
        size = self._vectors * request_bytes(self.model)
        requests = [(self._unit, payload[start : start + size]) for start in range(0, len(payload), size)]

        def report(answered: int) -> None:
            if progress is not None:
                progress(min(answered * self._vectors, total), total, self.name)

        answers = self._connection.exchange(requests, progress=report)
        for (_, request), answer in zip(requests, answers, strict=True):
            expected = len(request) // request_bytes(self.model) * result_bytes(self.model)
            if len(answer) != expected:
                raise LinkError(
                    f"{self!r} answers with {len(answer)} bytes where {expected} were due: is the bitstream of another"
                    " version? Build it again"
                )
        return results_from_bytes(self.model, b"".join(answers)).reshape(shape)[()]
