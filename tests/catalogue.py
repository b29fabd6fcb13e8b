"""Operators that stand for the whole catalogue in tests that cannot afford every configuration."""

from pysoft.families import FAMILIES
from pysoft.formats import format_from_name
from pysoft.operator import Operator


def examples(operation, format_name):
    """Names: of every family the first and the last configuration that is legal at this width."""
    form = format_from_name(format_name)
    names = []
    for family in FAMILIES.values():
        if operation in family.operations_on(form):
            legal = family.operations_on(form)[operation].configurations_at(form.precision)
            names += [Operator(operation, form, family.name, chosen).name for chosen in (legal[:1] + legal[-1:])]
    return list(dict.fromkeys(names))
