"""An arithmetic whose results refuse to be multiplied, divided or exponentiated by anything but an arithmetic."""

import numpy as np

from pysoft.arithmetic import Arithmetic

__all__ = ["Guarded", "GuardedArithmetic", "guarded"]

# What needs neither a multiplier nor a table: sums, comparisons, signs, integer parts, and shifts of an exponent.
FREE = {
    "absolute",
    "add",
    "copysign",
    "equal",
    "floor",
    "frexp",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "ldexp",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "maximum",
    "minimum",
    "negative",
    "not_equal",
    "sign",
    "signbit",
    "subtract",
}


class Guarded(np.ndarray):
    """An array that only ufuncs of FREE take, and that stays one through them and through views."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if ufunc.__name__ not in FREE:
            raise AssertionError(f"an exact {ufunc.__name__} beside the arithmetic")
        plain = [plain_array(each) for each in inputs]
        if out is not None:
            options["out"] = tuple(plain_array(each) for each in out)
        result = getattr(ufunc, method)(*plain, **options)
        return tuple(map(guarded, result)) if isinstance(result, tuple) else guarded(result)

    def __array_function__(self, function, types, arguments, options):
        if function in {np.einsum, np.dot, np.inner, np.outer, np.tensordot, np.vdot, np.mean, np.var, np.std, np.prod}:
            raise AssertionError(f"an exact {function.__name__} beside the arithmetic")
        result = super().__array_function__(function, types, arguments, options)
        return type(result)(map(guarded, result)) if type(result) in (list, tuple) else guarded(result)


def plain_array(value):
    return value.view(np.ndarray) if isinstance(value, Guarded) else value


def guarded(value):
    """Floats of any shape as a guarded array; anything else as it is."""
    array = np.asanyarray(value)
    return array.view(Guarded) if array.dtype.kind in "fV" else value


class GuardedArithmetic(Arithmetic):
    """The arithmetic of the same arguments, with guarded results."""

    def __getattribute__(self, name):
        attribute = super().__getattribute__(name)
        if name.startswith("_") or name not in METHODS:
            return attribute

        def method(*arguments, **options):
            return guarded(attribute(*map(plain_array, arguments), **options))

        return method


METHODS = {
    name
    for name, attribute in vars(Arithmetic).items()
    if callable(attribute) and not name.startswith("_") and name not in {"bound", "operator"}
}
