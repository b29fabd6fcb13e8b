"""Functions element by element against those of NumPy."""

from functools import partial

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.elementwise import Elementwise
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operator import Operator

from .contest import Case, Contender, Skipped
from .operands import numbers
from .options import Options

__all__ = ["division_cases", "function_cases", "multiplication_cases"]

F32 = FLOAT_FORMATS["f32"]
COUNTS = (10**3, 10**4, 10**5, 10**6, 10**7)
ROWS, COLUMNS = 1000, 1000  # of the operands of functions


def multiplication_cases(options: Options) -> list[Case | Skipped]:
    return _cases(options, "mul", np.multiply)


def division_cases(options: Options) -> list[Case | Skipped]:
    return _cases(options, "div", np.divide)


def function_cases(options: Options) -> list[Case | Skipped]:
    """Each of a million numbers; softmax along rows of a thousand."""

    def contenders(name: str) -> list[Contender]:
        x = numbers(options.rng(), F32, ROWS, COLUMNS)
        x = np.abs(x) if name in ("log2", "log") else x
        theirs = {"sigmoid": _sigmoid, "softmax": _softmax}.get(name) or getattr(np, name)
        families = [(kind, Arithmetic.of_family(kind)) for kind in ("mitchell", "exact")]
        ours = [Contender(kind, partial(getattr(arithmetic, name), x)) for kind, arithmetic in families]
        return [Contender("NumPy", partial(theirs, x)), *ours]

    names = ("exp2", "exp", "log2", "log", "sigmoid", "tanh", "softmax")
    return [Case(name, ROWS * COLUMNS, partial(contenders, name)) for name in names]


def _cases(options: Options, operation: str, numpy_own: np.ufunc) -> list[Case | Skipped]:
    """Results in new arrays, and NumPy's in one that is there already, too."""

    def contenders(count: int) -> list[Contender]:
        rng = options.rng()
        a, b = numbers(rng, F32, count), numbers(rng, F32, count)
        name, out = f"np.{numpy_own.__name__}", np.empty_like(a)
        operators = [(family, Operator.from_name(f"{operation}-f32-{family}")) for family in ("mitchell", "exact")]
        return [
            Contender(name, partial(numpy_own, a, b), bits="exact"),
            Contender(f"{name}, out=", partial(numpy_own, a, b, out=out), bits="exact"),
            *(Contender(family, partial(Elementwise(operator), a, b), bits=family) for family, operator in operators),
        ]

    return [Case(f"{count:,}".replace(",", " "), count, partial(contenders, count)) for count in COUNTS]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    powers = np.exp(-x)
    powers += 1
    return np.divide(1, powers, out=powers)


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(-1, keepdims=True))
    powers /= powers.sum(-1, keepdims=True)
    return powers
