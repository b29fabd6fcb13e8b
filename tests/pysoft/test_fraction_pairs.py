import numpy as np
import pytest

from pysoft.fraction_pairs import partner_fractions


@pytest.mark.parametrize("bits", [0, 1, 3, 7, 10, 31])
def test_partners_agree_with_a_fraction_or_its_complement_down_to_any_bit(bits):
    rng = np.random.default_rng(2)
    one = 1 << bits
    x = rng.integers(0, one, 5000)
    y = partner_fractions(x, bits, rng)
    assert (x.shape, x.dtype) == (y.shape, y.dtype)
    assert y.min() >= 0
    assert y.max() < one
    differing = [min(d.bit_length(), (d ^ one - 1).bit_length()) for d in (x ^ y).tolist()]
    assert set(range(max(0, bits - 1))) <= set(differing)
    if bits >= 7:
        # Of independent ones one in eight or fewer would agree in so many.
        assert np.mean(np.array(differing) <= bits // 2) > 0.4
        assert np.any(x == y)
        assert np.any(x + y == one - 1)
