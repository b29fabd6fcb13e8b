"""Who computes results and sums up their errors: compiled loops that are held to the models, or NumPy."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..formats import IntegerFormat
from ..kernels import compiled, extension
from ..kernels.protocol import Results
from ..kernels.results import ModelResults, results_of
from ..operator import Operator
from .distribution import BINS
from .extent import integers
from .tally import BIN_RANGE, ROW_FIELDS, Limits, Tiers, errors, summary

__all__ = ["ENGINES", "Engine", "Tally", "compiled_engine", "disagreement", "engine_for", "numpy_engine"]

ENGINES = ("auto", "compiled", "numpy")
_RANDOM = 64  # operands that an engine is held to the model with, beside the corners
_WHOLE_ROWS = 3  # of them, and as many corners, over all second operands


class Tally(Protocol):
    """Sums and extremes of rows of results; see :func:`~pysoft.errors.tally.summary`."""

    def __call__(
        self,
        a: np.ndarray,
        b: np.ndarray,
        inverse: np.ndarray,
        results: np.ndarray,
        limits: Limits,
        counts: np.ndarray,
    ) -> np.ndarray:
        """``a`` of shape (rows,), times 2^f in a division; ``results`` (rows, columns); all of float64."""


@dataclass(frozen=True)
class Engine:
    """Results of an operator, and their tally.

    Parameters
    ----------
    results : Results
    tally : Tally
    """

    results: Results
    tally: Tally


def numpy_engine(operator: Operator) -> Engine:
    """The model, and NumPy: the reference."""
    tiers, division = Tiers.of(operator), operator.operation == "div"

    def tally(
        a: np.ndarray,
        b: np.ndarray,
        inverse: np.ndarray,
        results: np.ndarray,
        limits: Limits,
        counts: np.ndarray,
    ) -> np.ndarray:
        return summary(tiers, *errors(division, a[:, None], b, inverse, results, limits), counts)

    return Engine(ModelResults(operator), tally)


def compiled_engine(operator: Operator, *, level: int = 0) -> Engine:
    """The compiled loops: for families with one, results too.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    level : int
        Which of the vector units that the extension names, 0 being the widest.

    Raises
    ------
    ValueError
        If there is no extension.
    """
    module = compiled("_errors")
    division = operator.operation == "div"
    packed = np.concatenate([tiers.pack() for tiers in Tiers.of(operator)])

    def tally(
        a: np.ndarray,
        b: np.ndarray,
        inverse: np.ndarray,
        results: np.ndarray,
        limits: Limits,
        counts: np.ndarray,
    ) -> np.ndarray:
        rows = np.empty((a.size, len(ROW_FIELDS)))
        module.tally(level, division, packed, limits.pack(), BIN_RANGE, counts, a, b, inverse, results, rows)
        return rows

    return Engine(results_of(operator, level=level), tally)


def engine_for(operator: Operator, name: str) -> Engine:
    """The engine called ``name``; a compiled one has been held to the model.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    name : str
        ``auto``, ``compiled`` or ``numpy``.

    Raises
    ------
    ValueError
        If the name is unknown, or the compiled part is asked for and missing.
    RuntimeError
        If the compiled loops differ from the model.
    """
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {name!r}")
    reference = numpy_engine(operator)
    if name == "numpy" or (name == "auto" and extension("_errors") is None):
        return reference
    engine = compiled_engine(operator)
    if difference := disagreement(operator, engine, reference):
        raise RuntimeError(
            f"the compiled part differs from the model of {operator}: {difference}; install mitchell again, or measure"
            " with the engine numpy"
        )
    return engine


def disagreement(operator: Operator, engine: Engine, reference: Engine, *, seed: int = 0) -> str | None:
    """The first difference between two engines, in words, over corners and random operands; None if there is none.

    Corners are the powers of two, their neighbours and the extremes. All pairs of corners and random magnitudes are
    compared, and some rows over all second operands, for which the tallies are compared too.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    engine, reference : Engine
    seed : int
        Of the random operands.
    """
    form = integers(operator)
    largest = max(form.maximum, -form.minimum)
    powers = 1 << np.arange(form.width)
    corners = np.unique(np.concatenate([powers - 1, powers, powers + 1, [largest - 1, largest]]))
    corners = corners[(corners >= 1) & (corners <= largest)].astype(np.uint64)
    rng = np.random.default_rng(seed)
    random = rng.integers(1, largest, _RANDOM, dtype=np.uint64, endpoint=True)
    some = np.concatenate([corners, random])
    rows = np.concatenate([random[:_WHOLE_ROWS], rng.permutation(corners)[:_WHOLE_ROWS], corners[-1:]])
    for a, b in ((some, some), (rows, np.arange(1, largest + 1, dtype=np.uint64))):
        results, expected = (_results(source, a, b) for source in (engine, reference))
        if (places := np.argwhere(results != expected)).size:
            row, column = places[0]
            pair = operator.formula(a[row], b[column])
            return f"{pair} gives {results[row, column]}, not {expected[row, column]}"
    sums, counts = zip(*(_tallied(operator, source, rows, b, expected) for source in (engine, reference)), strict=True)
    if not (np.array_equal(*sums) and np.array_equal(*counts)):
        return "sums of errors are not equal"
    return None


def _results(engine: Engine, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    results = np.empty((a.size, b.size))
    engine.results.fill(engine.results.first(a), engine.results.second(b), results)
    return results


def _tallied(
    operator: Operator, engine: Engine, a: np.ndarray, b: np.ndarray, results: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    counts = np.zeros(2 * BINS, dtype=np.int64)
    first = np.ldexp(a.astype(np.float64), operator.fraction_bits)
    second = b.astype(np.float64)
    form = operator.result_format
    assert isinstance(form, IntegerFormat)
    limits = Limits(float(form.maximum), -0.1)
    return engine.tally(first, second, 1 / second, results, limits, counts), counts
