import pytest
from simulate import combinational

from rtl.leading_one import LeadingOneDetector


@pytest.mark.parametrize("width", range(2, 10))
def test_leading_one_is_bit_length_of_every_value(width):
    values = range(1 << width)
    vectors = [{"i": value} for value in values]
    assert [max(value.bit_length() - 1, 0) for value in values] == combinational(
        LeadingOneDetector(width), vectors, "k"
    )
    assert [int(value > 0) for value in values] == combinational(LeadingOneDetector(width), vectors, "found")


def test_leading_one_of_one_bit_is_refused():
    with pytest.raises(ValueError, match="at least 2 bits, not 1"):
        LeadingOneDetector(1)
