import pytest

from pysoft.errors import ErrorPair
from pysoft.operator import Operator


def test_pair_without_exact_value_is_refused():
    with pytest.raises(ZeroDivisionError, match=r"div-u8-mitchell has no exact value for \(3, 0\)"):
        ErrorPair.at(Operator.from_name("div-u8-mitchell"), 3, 0)


def test_pair_whose_exact_value_is_zero_has_no_relative_error():
    pair = ErrorPair.at(Operator.from_name("mul-u8-mitchell"), 0, 3)
    assert pair.error == 0
    assert pair.to_dict()["relative_error"] is None
    with pytest.raises(ZeroDivisionError):
        _ = pair.relative_error


@pytest.mark.parametrize("name", ["mul-s6-mitchell", "div-u6-mitchell-f3"])
def test_known_result_gives_the_same_pair(name):
    operator = Operator.from_name(name)
    assert ErrorPair.at(operator, 21, 13) == ErrorPair.of(operator, 21, 13, result=int(operator(21, 13)))
