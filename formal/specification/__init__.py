"""What circuits have to compute, written down without looking at them or at the model.

The formulas are over the characteristics k and the fractions x of the operands: additions, shifts and tables. A case
fixes the characteristics, so that every shift is by a constant.
"""

import z3

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import Scheme
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from .case import Case
from .exact import exact_cases, product_cases, rounded_pattern
from .families import aaxd_cases, babic_cases, drum_cases, nearest_power_cases, tosam_cases
from .floats import float_cases, logarithmic_pattern, power_pattern
from .integers import integer_cases
from .logarithmic import logarithmic_cases
from .power import power_cases

__all__ = ["Case", "specification"]

OF_MAGNITUDES = {
    Scheme: logarithmic_cases,
    PowerScheme: power_cases,
    "exact": exact_cases,
    "ilm": nearest_power_cases,
    "roba": nearest_power_cases,
    "babic": babic_cases,
    "drum": drum_cases,
    "tosam": tosam_cases,
    "aaxd": aaxd_cases,
}
OF_PATTERNS = {Scheme: logarithmic_pattern, PowerScheme: power_pattern, "exact": rounded_pattern}


def specification(operator: Operator, *operands: z3.BitVecRef) -> tuple[Case, ...]:
    """What ``operator`` computes, case by case.

    Parameters
    ----------
    operator : Operator
    *operands : z3.BitVecRef
        Bit-vectors of the operator's width.

    Returns
    -------
    tuple of Case
        Every choice of operands meets the condition of exactly one.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23; those of the families are in ``docs/families.md``.
    """
    kind = operator.family if operator.scheme is None else type(operator.scheme)
    if isinstance(operator.format, FloatFormat):
        return float_cases(OF_PATTERNS[kind], operator, *operands)
    if (operator.operation, operator.family) == ("mul", "exact"):
        return product_cases(operator, *operands)
    return integer_cases(OF_MAGNITUDES[kind], operator, *operands)
