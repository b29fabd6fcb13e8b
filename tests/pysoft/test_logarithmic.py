import pytest

from pysoft.logarithmic import LowerPart, Scheme, SplitCorrection

SPLIT = SplitCorrection((0, 1), (1, 0), (0, 1, 1, 0), 2)


@pytest.mark.parametrize(
    ("slots", "message"),
    [
        ({"kept": 3, "carry_in": 1}, "carry_in needs last_one"),
        ({"kept": 3, "last_one": True, "carry_in": 1, "correction": SPLIT}, "needs a plain sum"),
        ({"kept": 3, "lower_part": LowerPart(1, "or"), "correction": SPLIT}, "needs a plain sum"),
        ({"kept": 1, "correction": SplitCorrection((0,), (0,), (0, 0, 1, 0), 1)}, "needs more than 1 fraction bits"),
    ],
)
def test_slots_that_do_not_go_together_are_refused(slots, message):
    with pytest.raises(ValueError, match=message):
        Scheme(**slots)
