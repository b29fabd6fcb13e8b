"""What the compiled loops on floats refuse."""

import numpy as np
import pytest
from float_loops import module

from pysoft.kernels import floats
from pysoft.operator import Operator


class TestArguments:
    CODE, DIVIDE = (floats.packed(Operator.from_name(f"{word}-f32-mitchell")) for word in ("mul", "div"))
    A, B, C = np.zeros((2, 3, 4), np.uint32), np.zeros((2, 4, 5), np.uint32), np.zeros((2, 3, 5), np.float32)
    SCRATCH = np.empty(module.SCRATCH_BYTES, np.uint8)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"level": -1}, r"level must be 0\.\.\d, not -1"),
            ({"level": 99}, r"level must be 0\.\.\d, not 99"),
            ({"operator": CODE[:-4]}, r"not an operator \(2100 bytes\) on floats of format 0"),
            ({"form": 3}, "on floats of format 3"),
            ({"form": -1}, "on floats of format -1"),
            ({"operator": DIVIDE}, "a multiplier takes shapes"),
            ({"a": A[0]}, "array 0 must have 3 dimensions of 4-byte items"),
            ({"a": A[:1]}, r"shapes \(t, m, k\), \(t, k, n\) and \(t, m, n\)"),
            ({"a": A[:, :2]}, "shapes"),
            ({"a": A[:, :, :3]}, "shapes"),
            ({"b": B.astype(np.uint16)}, "array 1 must have 3 dimensions of 4-byte items"),
            ({"b": B[:1]}, "shapes"),
            ({"b": B[:, :, :4]}, "shapes"),
            ({"c": C.astype(np.float64)}, "array 2 must have 3 dimensions of 4-byte items"),
            ({"wide": True}, "array 2 must have 3 dimensions of 8-byte items"),
            ({"c": np.zeros((2, 5, 3), np.float32).swapaxes(1, 2)}, "the rows of the last contiguous"),
            ({"scratch": SCRATCH[1:]}, "scratch of SCRATCH_BYTES"),
            ({"scratch": SCRATCH[::-1]}, "scratch of SCRATCH_BYTES"),
            ({"scratch": SCRATCH[None]}, "array 0 must have 1 dimensions of 1-byte items"),
        ],
    )
    def test_sums(self, change, message):
        arguments = {"level": 0, "operator": self.CODE, "form": 0, "wide": False}
        arguments |= {"a": self.A, "b": self.B, "scratch": self.SCRATCH, "c": self.C} | change
        with pytest.raises(ValueError, match=message):
            module.matmul(*arguments.values())

    def test_results(self):
        line, matrix = np.zeros(6, np.uint32), np.zeros((2, 3), np.uint32)
        with pytest.raises(ValueError, match="equal length, not 24, 20 and 24 bytes"):
            module.elementwise(0, self.CODE, 0, line, line[1:], line.copy())
        with pytest.raises(ValueError, match="equal length, not 6, 6 and 6 bytes"):
            module.elementwise(0, self.CODE, 0, *[np.zeros(6, np.uint8)] * 3)
        with pytest.raises(ValueError, match=r"level must be 0\.\.\d, not -1"):
            module.elementwise(-1, self.CODE, 0, line, line, line.copy())
        with pytest.raises(ValueError, match=r"equal shapes \(rows, columns\), and rows of results be contiguous"):
            module.broadcast(0, self.CODE, 0, matrix, matrix[:, :2], matrix.copy())
        with pytest.raises(ValueError, match="rows of results be contiguous"):
            module.broadcast(0, self.CODE, 0, matrix, matrix, np.zeros((3, 2), np.uint32).T)
        with pytest.raises(ValueError, match="array 1 must have 2 dimensions of 4-byte items"):
            module.broadcast(0, self.CODE, 0, matrix, line, matrix.copy())

    @pytest.mark.parametrize("function", [module.matmul, module.elementwise, module.broadcast])
    def test_numbers_and_types_of_arguments(self, function):
        for arguments in ((), (0, self.CODE, 0), (0, "mul", 0, *[self.A] * 5), ("0", self.CODE, 0, *[self.A] * 5)):
            with pytest.raises(TypeError):
                function(*arguments)

    def test_what_cannot_be_written_is_refused(self):
        with pytest.raises((ValueError, BufferError), match="read-only"):
            module.matmul(
                0, self.CODE, 0, False, self.A, self.B, self.SCRATCH, np.broadcast_to(np.float32(0), (2, 3, 5))
            )

    def test_last_level_runs_everywhere(self):
        assert module.levels()[-1] == "plain"
