import itertools

import pytest
from simulate import combinational

from rtl.shifter import LeftShifter


@pytest.mark.parametrize("weights", list(itertools.permutations((1, 2, 4))))
@pytest.mark.parametrize(("out_width", "drop"), [(4, 0), (12, 0), (6, 3), (5, 6), (3, 9), (14, -3)])
def test_shifter_is_a_window_of_the_shifted_value(weights, out_width, drop):
    vectors = [{"i": i, "by": by} for i in range(16) for by in range(8)]
    expected = []
    for vector in vectors:
        shifted = vector["i"] << sum(weight for j, weight in enumerate(weights) if vector["by"] >> j & 1)
        expected.append((shifted >> drop if drop >= 0 else shifted << -drop) % (1 << out_width))
    assert expected == combinational(LeftShifter(4, out_width, weights, drop=drop), vectors, "o")


@pytest.mark.parametrize(("width", "out_width", "weights"), [(0, 4, (1,)), (4, 0, (1,)), (4, 4, (1, 0))])
def test_shifter_refuses_what_is_below_one(width, out_width, weights):
    with pytest.raises(ValueError, match="must be at least 1"):
        LeftShifter(width, out_width, weights)
