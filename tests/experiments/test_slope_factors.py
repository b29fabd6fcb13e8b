import math

import pytest

from experiments.slope_factors import slope_factors
from pysoft.operator import Operator


def test_factors_of_mitchell_are_those_in_closed_form():
    factors = slope_factors(Operator.from_name("mul-f32-mitchell"))
    geometric = math.e / 2**1.5
    assert factors.product == pytest.approx(1 - 0.03851, abs=5e-5)
    assert factors.product_geometric == pytest.approx(geometric, abs=1e-5)
    assert factors.slope == pytest.approx(1, abs=2e-4)
    assert factors.slope_geometric == pytest.approx(geometric, abs=1e-5)
    assert factors.slope_rms == pytest.approx(math.sqrt(3 * math.log(2) - 1), abs=3e-4)


@pytest.mark.parametrize("family", ["mbm", "realm-m8"])
def test_constants_in_the_linear_domain_leave_the_slopes_as_they_are(family):
    mitchell, other = (slope_factors(Operator.from_name(f"mul-f32-{name}")) for name in ("mitchell", family))
    assert abs(other.product - 1) < 0.002
    assert (other.slope, other.slope_rms) == (mitchell.slope, mitchell.slope_rms)


@pytest.mark.parametrize("family", ["lmul", "gh", "tuned-minimax-m16"])
def test_constants_in_the_log_domain_make_slopes_too_large(family):
    factors = slope_factors(Operator.from_name(f"mul-f32-{family}"))
    assert abs(factors.product - 1) < 0.005
    assert factors.slope > 1.03


def test_what_has_no_slope_is_refused():
    with pytest.raises(ValueError, match="mul-f32-exact"):
        slope_factors(Operator.from_name("mul-f32-exact"))
