import pytest

from boards.catalogue import BOARDS


@pytest.mark.parametrize(
    ("board", "clock", "message"),
    [
        ("icebreaker", 15, "icebreaker: the iCE40 PLL makes no 15 MHz of 12 MHz .* nearest: 16.*; without it, 12"),
        ("arty-a7", 50, "the clock of arty-a7 is its crystal's, 100 MHz, not 50 MHz"),
        ("icebreaker", 0, "clock must be a frequency in MHz, not 0"),
        ("icebreaker", "48", "clock must be a frequency in MHz, not '48'"),
        ("icebreaker", True, "clock must be a frequency in MHz, not True"),
        ("icebreaker", float("nan"), "clock must be a frequency in MHz, not nan"),
    ],
)
def test_clock_that_cannot_be_made_raises(board, clock, message):
    with pytest.raises(ValueError, match=message):
        BOARDS[board].pll_settings(clock)


@pytest.mark.parametrize(
    ("frequency", "baud", "message"),
    [
        (12, 2_000_000, r"baud must be 9600..1500000 at a clock of 12 MHz, not 2000000; a faster clock allows more$"),
        (12, 1200, r"baud must be 9600..1500000 at a clock of 12 MHz, not 1200$"),
        (12, True, "baud must be .* not True$"),
        (12, "9600", "baud must be .* not '9600'$"),
        (25, 3_000_000, "3000000 baud is more than 1 % away .* 25 MHz makes; nearest: 2777777, 3125000"),
    ],
)
def test_baud_rate_that_cannot_be_made_raises(frequency, baud, message):
    with pytest.raises(ValueError, match=message):
        BOARDS["icebreaker"].divisor(frequency, baud)


def test_a_faster_clock_is_no_way_out_where_there_is_none():
    with pytest.raises(ValueError, match=r"baud must be 9600..12500000 at a clock of 100 MHz, not 20000000$"):
        BOARDS["arty-a7"].divisor(100, 20_000_000)


def test_divisor_is_the_nearest_whole_number():
    divisor = BOARDS["icebreaker"].divisor
    rates = [(12, 115200), (12, 1_000_000), (24, 3_000_000), (12, 9600)]
    assert [104, 12, 8, 1250] == [divisor(frequency, baud) for frequency, baud in rates]


def test_crystal_needs_no_loop():
    assert BOARDS["ulx3s"].pll_settings(25) is None
    assert BOARDS["ulx3s"].pll_settings(25.0) is None
