import itertools
import random
import re
from fractions import Fraction

import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.logarithmic import Correction, LowerPart, Scheme, divide, multiply
from pysoft.logarithmic_bound import product_bound, quotient_bound

SPARE = 12  # bits: enough below the operands of a narrow format that no product of theirs is cut off
FINE = 32  # fraction bits: enough that no quotient of a narrow format is cut off


def schemes(operation, width, every=False):
    """(name, scheme) of the families that are data, at their configurations or at every choice of parameters."""
    for family in FAMILIES.values():
        implementation = family.operations.get(operation)
        if implementation is None or implementation.scheme is None:
            continue
        names = [p.name for p in implementation.parameters]
        choices = [c | {p.name: c.get(p.name, p.default) for p in implementation.parameters}
                   for c in implementation.configurations_at(width)]
        if every:
            legal = [p.legal(width) for p in implementation.parameters]
            choices = [dict(zip(names, values, strict=True)) for values in itertools.product(*legal)]
        for own in choices:
            words = "-".join([family.name, *(f"{name}{value}" for name, value in own.items())])
            yield pytest.param(implementation.scheme(width, **own), id=f"u{width}-{words}")
