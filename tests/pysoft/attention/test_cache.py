import numpy as np
import pytest

from pysoft.attention.cache import Rows


def test_room_is_doubled_so_that_tokens_are_copied_once_on_average(monkeypatch):
    rows, made, empty = Rows(), [], np.empty
    monkeypatch.setattr(np, "empty", lambda shape, dtype: made.append(shape[-2]) or empty(shape, dtype))
    for number in range(1000):
        rows.append(np.full((2, 1, 3), number, np.float32))
    assert [2**i for i in range(11)] == made
    assert np.array_equal(np.broadcast_to(np.arange(1000)[:, None], (2, 1000, 3)), rows.view)


def test_many_rows_at_once_get_the_room_they_need():
    rows = Rows()
    rows.append(np.zeros((3, 2), np.float32))
    rows.append(np.ones((10, 2), np.float32))
    assert (13, 13, 10) == (rows.length, rows.room, int(rows.view[:, 0].sum()))


def test_a_view_cannot_be_written_to():
    rows = Rows()
    rows.append(np.zeros((3, 2), np.float32))
    with pytest.raises(ValueError, match="read-only"):
        rows.view[0] = 1
    rows.append(np.ones((1, 2), np.float32))
    assert 4 == rows.length
