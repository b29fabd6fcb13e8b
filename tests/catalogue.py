"""Operators that stand for the whole catalogue in tests that cannot afford every configuration."""

from pysoft.families import FAMILIES
from pysoft.formats import IntegerFormat
from pysoft.operator import Operator


def examples(operation, format_name):
    """Names: of every family the first and the last configuration that is legal at this width."""
    form = IntegerFormat(signed=format_name[0] == "s", width=int(format_name[1:]))
    names = []
    for family in FAMILIES.values():
        if operation in family.operations:
            legal = family.operations[operation].configurations_at(form.width)
            names += [Operator(operation, form, family.name, chosen).name for chosen in (legal[:1] + legal[-1:])]
    return list(dict.fromkeys(names))
