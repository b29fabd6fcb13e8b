from fractions import Fraction

import numpy as np
import pytest

from boards.pll import TOLERANCE, all_settings, find_settings
from boards.pll_circuits import ECP5_PLL, ICE40_PLL, RPLL

# DIVR, DIVF and DIVQ that icepll gives, by reference and frequency.
ICEPLL = {
    (12, 24): (0, 63, 5),
    (12, 48): (0, 63, 4),
    (12, 96): (0, 63, 3),
    (48, 16): (2, 63, 6),
    (48, 24): (0, 15, 5),
    (48, 25): (2, 49, 5),
    (48, 60): (0, 19, 4),
    (48, 100): (2, 49, 3),
    (48, 150): (1, 24, 2),
}


def test_settings_of_ice40_are_those_of_icepll():
    for (reference, frequency), (divr, divf, divq) in ICEPLL.items():
        found = find_settings(ICE40_PLL, Fraction(reference), Fraction(frequency))
        assert (divr + 1, divf + 1, 2**divq) == (found.divide, found.multiply, found.output_divide)
        assert frequency == found.output


def test_settings_of_gowin_follow_the_manual():
    found = find_settings(RPLL, Fraction(27), Fraction(54))
    # CLKOUT = FCLKIN x FBDIV / IDIV, oscillator = CLKOUT x ODIV within 400..1200 MHz
    assert (1, 2) == (found.divide, found.multiply)
    assert 54 == found.output
    assert 54 * found.output_divide == found.oscillator
    assert 400 <= found.oscillator <= 1200


def brute(kind, reference):
    """Outputs of all legal settings, from the limits as the data sheets state them, in exact integers (kHz)."""
    limits = {
        ICE40_PLL: ((10_000, 133_000), (533_000, 1_066_000), (16_000, 275_000)),
        ECP5_PLL: ((10_000, 400_000), (400_000, 800_000), (3_125, 400_000)),
        RPLL: ((3_000, 400_000), (400_000, 1_200_000), (3_125, 600_000)),
    }[kind]
    dividers = {
        ICE40_PLL: (range(1, 17), range(1, 129), [2, 4, 8, 16, 32, 64]),
        ECP5_PLL: (range(1, 129), range(1, 129), range(1, 129)),
        RPLL: (range(1, 65), range(1, 65), [2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128]),
    }[kind]
    r, m, q = np.meshgrid(*(np.array(list(d), dtype=np.int64) for d in dividers), indexing="ij")
    f = reference * 1000
    factor = m * q if kind is RPLL else m  # of the oscillator
    pfd, vco, out = (f, r), (f * factor, r), (f * factor, r * q)
    legal = np.ones(r.shape, bool)
    for (over, under), (low, high) in zip((pfd, vco, out), limits, strict=True):
        legal &= (over >= low * under) & (over <= high * under)
    return r[legal], m[legal], q[legal], out[0][legal] / out[1][legal] / 1000


@pytest.mark.parametrize(("kind", "reference"), [(ICE40_PLL, 12), (ECP5_PLL, 25), (ECP5_PLL, 48), (RPLL, 27)])
def test_every_legal_setting_is_known_and_the_nearest_is_found(kind, reference):
    legal = list(all_settings(kind, Fraction(reference)))
    r, m, q, outputs = brute(kind, reference)
    assert len(outputs) > 100
    expected = set(zip(*map(np.ndarray.tolist, (r, m, q)), strict=True))
    assert expected == {(s.divide, s.multiply, s.output_divide) for s in legal}
    found = refused = 0
    for frequency in (4, 13, 17, 24, 33, 48, 50, 54, 77, 131):
        nearest = np.abs(outputs - frequency).min()
        try:
            settings = find_settings(kind, Fraction(reference), Fraction(frequency))
        except ValueError:
            refused += 1
            assert nearest > float(TOLERANCE) * frequency
        else:
            found += 1
            assert nearest == abs(float(settings.output) - frequency)
    assert found
    assert refused


def test_frequency_out_of_reach_names_near_ones():
    with pytest.raises(
        ValueError, match=r"makes no 15 MHz of 12 MHz .*nearest: 16.125, 16.3125, 16.5, 16.875, 17.25, 17.625"
    ):
        find_settings(ICE40_PLL, Fraction(12), Fraction(15))
