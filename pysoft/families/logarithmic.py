"""Families that add or subtract logarithms without a correction: plain data. Twin: ``rtl/logarithmic.py``."""

from ..logarithmic import LowerPart, Scheme
from ..operation import OPERATIONS, Parameter
from ..power import PowerScheme
from .family import (
    Family,
    float_power,
    float_product,
    float_quotient,
    logarithmic_power,
    logarithmic_product,
    logarithmic_quotient,
)

__all__ = ["ALMLOA", "ALMSOA", "DRALM", "MITCHELL", "MITCHW", "POWERS"]

POWERS = tuple(name for name, operation in OPERATIONS.items() if operation.exponent)

MITCHELL = Family(
    name="mitchell",
    title="Mitchell",
    source="J. N. Mitchell, Computer Multiplication and Division Using Binary Logarithms, IRE Trans. EC-11, 1962;"
    " of floats: T. Mogami, Deep Neural Network Training without Multiplications, 2020",
    definition="p = antilog(log a + log b);  q = floor(2^f antilog(log n - log d));  r = floor(2^f antilog(n log a))",
    operations={
        "mul": logarithmic_product(lambda width: Scheme(kept=width - 1)),
        "div": logarithmic_quotient(lambda width: Scheme(kept=width - 1)),
        **{name: logarithmic_power(name, lambda width: PowerScheme()) for name in POWERS},
    },
    floats={
        "mul": float_product(lambda width: Scheme(kept=width - 1)),
        "div": float_quotient(lambda width: Scheme(kept=width - 1)),
        **{name: float_power(name, lambda width: PowerScheme()) for name in POWERS},
    },
)

MITCHW = Family(
    name="mitchw",
    title="Mitch-w",
    source="Kim et al., Efficient Mitchell's Approximate Log Multipliers for Convolutional Neural Networks,"
    " IEEE TC 68, 2019",
    definition="p = antilog(log a + log b), each fraction cut off to its top w - 1 bits",
    operations={
        "mul": logarithmic_product(
            lambda width, w: Scheme(kept=w - 1),
            (Parameter("w", lambda width: range(2, width + 1), None, "bits kept of an operand, the leading one too"),),
            tuple({"w": w} for w in (4, 5, 6, 7, 8)),
        )
    },
)


def _lower_part(result: str, title: str, note: str) -> Family:
    name = {"ones": "almsoa", "or": "almloa"}[result]
    low = {"ones": "are ones", "or": "are the OR of the logarithms"}[result]
    return Family(
        name=name,
        title=title,
        source="Liu et al., Design and Evaluation of Approximate Logarithmic Multipliers, IEEE TCAS-I 65, 2018",
        definition=f"p = antilog(log a + log b); the low m bits of the sum {low}, the carry out of them is an AND",
        operations={
            "mul": logarithmic_product(
                lambda width, m: Scheme(kept=width - 1, lower_part=LowerPart(m, result)),
                (Parameter("m", lambda width: range(1, width), None, "low bits of the sum that are approximate"),),
                tuple({"m": m} for m in ((4, 6, 7, 11, 13, 15) if result == "ones" else (6, 9, 11))),
            )
        },
        status="nearly" if result == "ones" else "unconfirmed",
        note=note,
    )


ALMSOA = _lower_part(
    "ones",
    "ALM with a set-one adder",
    "Means are within 0.02 percentage points of the printed ones, most of them equal.",
)
ALMLOA = _lower_part(
    "or", "ALM with a lower-part-or adder", "The usual lower-part-or adder; no printed figure was at hand."
)

DRALM = Family(
    name="dralm",
    title="DR-ALM",
    source="Yin et al., Design and Analysis of Energy-Efficient Dynamic Range Approximate Logarithmic Multipliers"
    " for Machine Learning, IEEE T-SUSC 6, 2021",
    definition="p = antilog(log a + log b + 1 last place), each fraction cut off to t - 1 bits, the lowest a one",
    operations={
        "mul": logarithmic_product(
            lambda width, t: Scheme(kept=t - 1, last_one=True, carry_in=1),
            (Parameter("t", lambda width: range(3, width + 1), None, "bits kept of an operand, the leading one too"),),
            tuple({"t": t} for t in (4, 5, 6, 7, 8)),
        )
    },
)
