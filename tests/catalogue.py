"""Operators that stand for the whole catalogue in tests that cannot afford every configuration."""

from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.formats import format_from_name
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator


def examples(operation, format_name):
    """Names: of every family the first and the last configuration that is legal at this width.

    A result that must be given fraction bits has as many as its operand has bits.
    """
    form = format_from_name(format_name)
    names = []
    for family in FAMILIES.values():
        if operation in family.operations_on(form):
            legal = family.operations_on(form)[operation].configurations_at(form.precision)
            needed = () if form.name in FLOAT_FORMATS else OPERATIONS[operation].parameters
            given = {p.name: form.width for p in needed if p.default is None}
            names += [Operator(operation, form, family.name, given | chosen).name for chosen in legal[:1] + legal[-1:]]
    return list(dict.fromkeys(names))
