"""An array that grows along its axis of tokens."""

import numpy as np

__all__ = ["Rows"]


class Rows:
    """Rows [..., n, d] of one shape and dtype, in an array whose room is doubled: one more row is O(1) on average.

    Examples
    --------
    >>> rows = Rows()
    >>> for number in range(5):
    ...     rows.append(np.float32([[number, 0]]))
    >>> rows.length, rows.room, rows.view[:, 0]
    (5, 8, array([0., 1., 2., 3., 4.], dtype=float32))
    """

    def __init__(self) -> None:
        self._array: np.ndarray | None = None
        self._length = 0

    @property
    def length(self) -> int:
        """Rows so far."""
        return self._length

    @property
    def room(self) -> int:
        """Rows that there is room for."""
        return 0 if self._array is None else self._array.shape[-2]

    @property
    def view(self) -> np.ndarray:
        """The rows so far, shape [..., length, d], read-only. ValueError if nothing was ever appended."""
        if self._array is None:
            raise ValueError("nothing was appended yet, so that the shape of a row is not known")
        view = self._array[..., : self._length, :]
        view.flags.writeable = False
        return view

    def append(self, rows: np.ndarray) -> None:
        """Add rows [..., n, d] behind those that there are; the caller sees to it that they are like these."""
        length = self._length + rows.shape[-2]
        if self._array is None or length > self.room:
            room = max(length, 2 * self.room)
            grown = np.empty((*rows.shape[:-2], room, rows.shape[-1]), rows.dtype)
            if self._array is not None:
                grown[..., : self._length, :] = self.view
            self._array = grown
        self._array[..., self._length : length, :] = rows
        self._length = length
