"""How gradients of recurrent cells fade or grow with the distance in time, by exact and approximate arithmetic.

Of one hidden state after another the Jacobian dh_t/dh_s is taken by the backward pass itself: all unit vectors at once
are gradients of h_t, and what they have become at h_s are its rows. Its spectral norm over the distance t - s is a line
on a logarithmic scale, whose slope is the factor for each step. Three derivatives are compared:

    true        of the true functions, in the reference's arithmetic, along the way that the approximate network went
    straight    the same, in the approximate arithmetic's own products
    exact       of what the approximate network computes

The first tells what the approximation does to the states, the others what it does to the gradients.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.derivatives import Derivative, ExactDerivative, StraightThrough
from pysoft.recurrent import CELLS, Architecture, RecurrentNetwork, Trace, step_backward
from pysoft.weights import Weights

from .plain import plain
from .recurrent_settings import SETTINGS, Setting, initial_weights

__all__ = [
    "PARTS",
    "RULES",
    "GradientDecay",
    "GradientLine",
    "Rule",
    "measure_gradients",
]

Rule = Callable[
    [Arithmetic, Arithmetic], Derivative
]  # of an arithmetic and of the reference; ValueError if there is none

RULES: Mapping[str, Rule] = {
    "true": lambda arithmetic, reference: StraightThrough(reference),
    "straight": lambda arithmetic, reference: StraightThrough(arithmetic),
    "exact": lambda arithmetic, reference: ExactDerivative(arithmetic),
}
"""By name; the first is that of the reference."""

PARTS: Mapping[str, Rule] = {
    "true": RULES["true"],
    "straight products": lambda arithmetic, reference: _Products(StraightThrough(arithmetic), reference),
    "exact products": lambda arithmetic, reference: _Products(ExactDerivative(arithmetic), reference),
}
"""Rules of products alone, the slopes of activations being the true ones: which part of a rule does what."""

_WARM_UP = 20  # steps before those that are looked at
_SKIP = 10  # distances that are left out of a fit: at first the fastest directions count
_SMALLEST = 1e-30  # norms below it are left out, too: near 2^-126, the smallest normal number, entries are flushed


@dataclass(frozen=True)
class GradientLine:
    """Norms of Jacobians over the distance.

    Parameters
    ----------
    setting, state, arithmetic, rule : str
        The state is ``h``, or ``c`` of an LSTM: dh_t/dh_s or dc_t/dc_s.
    norms : tuple of tuple of float
        By seed, spectral norms at the distances 0, 1, 2, ...
    """

    setting: str
    state: str
    arithmetic: str
    rule: str
    norms: tuple[tuple[float, ...], ...]

    @property
    def rates(self) -> tuple[float, ...]:
        """By seed, the factor for each step: least squares through the logarithms; NaN if all norms are too small."""
        return tuple(map(_rate, self.norms))

    @property
    def rate(self) -> float:
        """Mean over the seeds."""
        return float(np.mean(self.rates))

    @property
    def spread(self) -> float:
        """Standard deviation over the seeds."""
        return float(np.std(self.rates))


@dataclass(frozen=True)
class GradientDecay:
    """All lines, in the order of settings, states, arithmetics and rules.

    Parameters
    ----------
    reference : str
        The arithmetic of true derivatives.
    hidden, inputs, steps, seeds : int
        Sizes of states and inputs, largest distance, and how many networks a line is of.
    lines : tuple of GradientLine
    """

    reference: str
    hidden: int
    inputs: int
    steps: int
    seeds: int
    lines: tuple[GradientLine, ...]

    def line(self, setting: str, state: str, arithmetic: str, rule: str) -> GradientLine:
        """The line of these, or KeyError."""
        for line in self.lines:
            if (line.setting, line.state, line.arithmetic, line.rule) == (setting, state, arithmetic, rule):
                return line
        raise KeyError((setting, state, arithmetic, rule))

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """A heading and rows: for each setting and state the rates by arithmetic and rule, with their spread."""
        columns = list(dict.fromkeys((line.arithmetic, line.rule) for line in self.lines))
        cells: dict[tuple[str, str], dict[tuple[str, str], str]] = {}
        for line in self.lines:
            row = cells.setdefault((line.setting, line.state), {})
            row[line.arithmetic, line.rule] = f"{line.rate:.3f} ± {line.spread:.3f}"
        heading = ("setting", "state", *(f"{name}, {rule}" for name, rule in columns))
        rows = [(*key, *(row.get(column, "") for column in columns)) for key, row in cells.items()]
        return heading, rows

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as for JSON."""
        own = {name: getattr(self, name) for name in ("reference", "hidden", "inputs", "steps", "seeds")}
        lines = [asdict(line) | {"rate": line.rate, "spread": line.spread} for line in self.lines]
        return plain(own | {"lines": lines})


def measure_gradients(
    arithmetics: Mapping[str, Arithmetic],
    *,
    settings: Sequence[Setting] = SETTINGS,
    rules: Mapping[str, Rule] = RULES,
    hidden: int = 64,
    inputs: int = 16,
    steps: int = 100,
    seeds: int = 5,
    progress: Callable[[int, int, str], None] | None = None,
) -> GradientDecay:
    """Take the norms of Jacobians of untrained networks, whose inputs are normal numbers.

    Parameters
    ----------
    arithmetics : mapping of str to Arithmetic
        By name, at least one; the first is the reference.
    settings : sequence of Setting
    rules : mapping of str to Rule
        By name, the first of which is for the reference, too; an arithmetic that a rule refuses has no such lines.
    hidden, inputs, steps, seeds : int
        As of :class:`GradientDecay`.
    progress : callable, optional
        Told how many pairs of a setting and an arithmetic are done, of how many, and what comes next.

    Raises
    ------
    ValueError
        If there is no arithmetic, a size is less than 1, or there are too few steps for a fit.

    Examples
    --------
    >>> arithmetics = {"exact": Arithmetic(), "mitchell": Arithmetic.of_family("mitchell")}
    >>> decay = measure_gradients(arithmetics, settings=SETTINGS[:1], hidden=16, steps=40, seeds=2)
    >>> for line in decay.lines:
    ...     print(f"{line.arithmetic:8} {line.rule:8} {line.rate:.2f}")
    exact    true     0.44
    mitchell true     0.44
    mitchell straight 0.42
    mitchell exact    0.48
    """
    if not arithmetics:
        raise ValueError("there must be an arithmetic or more, the first of them the reference")
    if min(hidden, inputs, seeds) < 1 or steps < 2 * _SKIP:
        raise ValueError(
            f"hidden, inputs and seeds must be 1 or more and steps {2 * _SKIP} or more,"
            f" not {hidden}, {inputs}, {seeds} and {steps}"
        )
    reference = next(iter(arithmetics.values()))
    lines, done, total = [], 0, len(settings) * len(arithmetics)
    for setting in settings:
        architecture = Architecture(setting.cell, inputs, hidden)
        for name, arithmetic in arithmetics.items():
            if progress is not None:
                progress(done, total, f"{setting.name} on {name}")
            derivatives = _derivatives(rules, arithmetic, reference)
            norms: dict[tuple[int, str], list[tuple[float, ...]]] = {}
            for seed in range(seeds):
                trace, network = _forward(arithmetic, architecture, setting, steps, seed)
                for state in range(CELLS[setting.cell].states):
                    for rule, derivative in derivatives.items():
                        own = _norms(derivative, network, trace, state, steps)
                        norms.setdefault((state, rule), []).append(own)
            lines += [
                GradientLine(setting.name, "hc"[state], name, rule, tuple(own)) for (state, rule), own in norms.items()
            ]
            done += 1
    if progress is not None:
        progress(total, total, "")
    return GradientDecay(next(iter(arithmetics)), hidden, inputs, steps, seeds, tuple(lines))


class _Products(StraightThrough):
    """The true derivative of activations, in exact arithmetic; that of products by another rule."""

    def __init__(self, products: Derivative, reference: Arithmetic):
        super().__init__(reference)
        self._products = products

    def multiply(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self._products.multiply(a, b, g)

    def matmul_first(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> np.ndarray:
        return self._products.matmul_first(a, b, g)


def _derivatives(rules: Mapping[str, Rule], arithmetic: Arithmetic, reference: Arithmetic) -> dict[str, Derivative]:
    """Those that there are, by the name of the rule."""
    found = {}
    for name in list(rules)[:1] if arithmetic is reference else rules:
        with suppress(ValueError):
            found[name] = rules[name](arithmetic, reference)
    return found


def _forward(
    arithmetic: Arithmetic, architecture: Architecture, setting: Setting, steps: int, seed: int
) -> tuple[Trace, RecurrentNetwork]:
    weights = Weights(initial_weights(architecture, setting, seed), setting.name)
    x = np.random.default_rng((seed, 1)).standard_normal((1, _WARM_UP + steps, architecture.input_size))
    network = RecurrentNetwork.load(arithmetic, architecture, weights)
    return network.trace(arithmetic, arithmetic.cast(x)), network


def _norms(
    derivative: Derivative, network: RecurrentNetwork, trace: Trace, state: int, steps: int
) -> tuple[float, ...]:
    """Spectral norms at the distances 0 to ``steps``; unit vectors are leading dimensions of one gradient."""
    ((layer,),), ((way,),) = network.layers, trace.layers
    hidden = network.architecture.hidden_size
    gradient = [np.zeros((hidden, 1, hidden), derivative.arithmetic.format.dtype) for _ in range(layer.cell.states)]
    gradient[state][:, 0] = np.eye(hidden)
    norms, g = [1.0], tuple(gradient)
    for saved, before in zip(way.saved[: -steps - 1 : -1], way.hidden[-2 : -steps - 2 : -1], strict=True):
        _, _, g = step_backward(derivative, layer, saved, before, g)
        norms.append(float(np.linalg.norm(g[state][:, 0].astype(np.float64), 2)))  # [h, 1, h] -> [h, h]
    return tuple(norms)


def _rate(norms: Sequence[float]) -> float:
    distances, values = np.arange(len(norms))[_SKIP:], np.array(norms)[_SKIP:]
    usable = np.isfinite(values) & (values > _SMALLEST)
    if usable.sum() < 2:
        return float("nan")
    return float(np.exp(np.polyfit(distances[usable], np.log(values[usable]), 1)[0]))
