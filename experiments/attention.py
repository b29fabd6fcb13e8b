"""Attentions on approximate arithmetic: what the kernel costs, what the arithmetic costs, and what both cost together.

Queries, keys and values are normal numbers, the first two times a scale. Errors are of two outputs each:

    kernel error       the kernel on the reference arithmetic, from softmax on it
    arithmetic error   the kernel on an arithmetic, from the kernel on the reference
    total error        the kernel on an arithmetic, from softmax on the reference
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.attention.dense import DenseLinearAttention
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.features import FeatureMap
from pysoft.attention.linear import LinearAttention
from pysoft.attention.protocol import Attention
from pysoft.attention.random_features import FavorPlus, TrigonometricFeatures
from pysoft.attention.recurrent import RecurrentAttention
from pysoft.attention.softmax import SoftmaxAttention
from pysoft.attention.state import State
from pysoft.attention.taylor import TaylorAttention, TaylorFeatures

from .plain import plain

__all__ = ["FEATURES", "ORDERS", "AttentionErrors", "FormErrors", "KernelErrors", "measure_attention"]

FEATURES = (16, 64, 256, 1024)  # of the random maps
ORDERS = (2, 4, 6)  # of Taylor's polynomials

_KERNELS: dict[tuple[str, int], Attention] = {
    ("softmax", 0): SoftmaxAttention(),
    **{("taylor", order): TaylorAttention(order) for order in ORDERS},
    ("taylor-linear", 2): LinearAttention(TaylorFeatures()),
    ("elu-plus-one", 0): LinearAttention(EluPlusOne()),
    **{("favor-plus", m): LinearAttention(FavorPlus(m)) for m in FEATURES},
    **{("trigonometric", m): LinearAttention(TrigonometricFeatures(m)) for m in FEATURES},
}
_FORMS: dict[str, FeatureMap] = {
    "taylor-linear": TaylorFeatures(),
    "elu-plus-one": EluPlusOne(),
    "favor-plus": FavorPlus(64),
}
_Operands = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class KernelErrors:
    """One kernel on one arithmetic: medians over all repeats.

    Parameters
    ----------
    kernel, arithmetic : str
    size : int
        Features of a random map or order of a polynomial, 0 of other kernels.
    length : int
        Queries, and keys.
    scale : float
        Standard deviation of the elements of queries and keys.
    kernel_error, arithmetic_error, total_error : float
        Frobenius norm of the difference, by that of what it is a difference from.
    kernel_peak, arithmetic_peak, total_peak : float
        Largest difference, by the largest magnitude of what it is a difference from.
    negative_weights, negative_sums, zero_sums : float
        Shares of the weights phi(q) . phi(k) below 0, of the denominators below 0, and of those that are 0, whose
        outputs are 0; all are 0 of kernels that have no features.
    """

    kernel: str
    arithmetic: str
    size: int
    length: int
    scale: float
    kernel_error: float
    arithmetic_error: float
    total_error: float
    kernel_peak: float
    arithmetic_peak: float
    total_peak: float
    negative_weights: float
    negative_sums: float
    zero_sums: float


@dataclass(frozen=True)
class FormErrors:
    """Causal linear attention on one arithmetic, as a recurrence and in chunks of 64, from its dense form: medians.

    Parameters
    ----------
    kernel, arithmetic : str
    length : int
    scale : float
    recurrent, chunked : float
        Frobenius norm of the difference, by that of the dense form.
    """

    kernel: str
    arithmetic: str
    length: int
    scale: float
    recurrent: float
    chunked: float


@dataclass(frozen=True)
class AttentionErrors:
    """All that were measured.

    Parameters
    ----------
    reference : str
        Name of the arithmetic that errors are from.
    width, repeats, seed : int
        Elements of queries, keys and values; how many of these, and of random features, were drawn; and from where.
    kernels : tuple of KernelErrors
    forms : tuple of FormErrors
        At the largest length.
    """

    reference: str
    width: int
    repeats: int
    seed: int
    kernels: tuple[KernelErrors, ...]
    forms: tuple[FormErrors, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as for JSON."""
        return plain(asdict(self))


@np.errstate(invalid="ignore", over="ignore", divide="ignore")  # of outputs that are not finite, an error is NaN
def measure_attention(
    arithmetics: Mapping[str, Arithmetic],
    *,
    lengths: Sequence[int] = (64, 256),
    scales: Sequence[float] = (0.5, 1.0, 2.0),
    width: int = 16,
    repeats: int = 5,
    seed: int = 0,
    progress: Callable[[int, int, str], object] | None = None,
) -> AttentionErrors:
    """Errors of every kernel on every arithmetic, for every length and scale.

    Figures are medians over the repeats: a quotient whose denominator may come close to 0 has no mean.

    Parameters
    ----------
    arithmetics : mapping
        By name; the first is the reference.
    lengths, width : int
        Tokens, and elements of a query, 1 or more.
    scales : float
        Above 0.
    repeats, seed : int
        How many queries, keys, values and random features are drawn, and from where.
    progress : callable, optional
        Called with steps done, steps in all, and what comes next.

    Returns
    -------
    AttentionErrors

    Raises
    ------
    ValueError
        If there is nothing to measure.
    """
    if not (arithmetics and lengths and scales and repeats > 0 and width > 0 and min(lengths) > 0 and min(scales) > 0):
        raise ValueError(
            "there must be an arithmetic, a length, a scale, a repeat and a width, all above 0: "
            f"{list(arithmetics)}, lengths {lengths}, scales {scales}, {repeats} repeats, width {width}"
        )
    places = [(length, scale) for length in lengths for scale in scales]
    kernels: list[KernelErrors] = []
    forms: list[FormErrors] = []
    for done, (length, scale) in enumerate(places):
        if progress is not None:
            progress(done, len(places), f"{length} tokens, scale {scale}")
        draws = [_drawn(length, width, scale, seed + repeat) for repeat in range(repeats)]
        for (name, size), kernel in _KERNELS.items():
            runs = [_kernel_figures(arithmetics, _attention_of(kernel, seed + i), draw) for i, draw in enumerate(draws)]
            kernels += [
                KernelErrors(name, each, size, length, scale, *np.median([run[each] for run in runs], axis=0).tolist())
                for each in arithmetics
            ]
        if length == max(lengths):
            for name, feature_map in _FORMS.items():
                maps = [_redrawn(feature_map, seed + repeat) for repeat in range(repeats)]
                for each, arithmetic in arithmetics.items():
                    differences = [_form_figures(arithmetic, *pair) for pair in zip(maps, draws, strict=True)]
                    forms.append(FormErrors(name, each, length, scale, *np.median(differences, axis=0).tolist()))
    if progress is not None:
        progress(len(places), len(places), "")
    return AttentionErrors(next(iter(arithmetics)), width, repeats, seed, tuple(kernels), tuple(forms))


def _redrawn(feature_map: FeatureMap, seed: int) -> FeatureMap:
    return feature_map.redraw(seed) if isinstance(feature_map, FavorPlus | TrigonometricFeatures) else feature_map


def _attention_of(attention: Attention, seed: int) -> Attention:
    """The attention with random features of this seed, if it has any."""
    if isinstance(attention, LinearAttention):
        return replace(attention, feature_map=_redrawn(attention.feature_map, seed))
    return attention


def _drawn(length: int, width: int, scale: float, seed: int) -> _Operands:
    random = np.random.default_rng(seed)
    q, k, v = random.standard_normal((3, length, width)).astype(np.float32)
    return scale * q, scale * k, v


def _kernel_figures(
    arithmetics: Mapping[str, Arithmetic], attention: Attention, operands: _Operands
) -> dict[str, tuple[float, ...]]:
    """Figures of :class:`KernelErrors` by arithmetic."""
    reference = next(iter(arithmetics.values()))
    softmax = _output(reference, SoftmaxAttention(), operands)
    exact = _output(reference, attention, operands)
    figures = {}
    for name, arithmetic in arithmetics.items():
        output = _output(arithmetic, attention, operands)
        pairs = ((exact, softmax), (output, exact), (output, softmax))
        shares = _shares(arithmetic, attention, operands)
        figures[name] = (*(_error(*pair) for pair in pairs), *(_peak(*pair) for pair in pairs), *shares)
    return figures


def _form_figures(arithmetic: Arithmetic, feature_map: FeatureMap, operands: _Operands) -> tuple[float, float]:
    """Figures of :class:`FormErrors`."""
    rounded = [arithmetic.cast(each) for each in operands]
    dense, recurrent, chunked = (
        form(feature_map).memory().extend(arithmetic, *rounded).astype(np.float64)
        for form in (DenseLinearAttention, RecurrentAttention, LinearAttention)
    )
    return _error(recurrent, dense), _error(chunked, dense)


def _output(arithmetic: Arithmetic, attention: Attention, operands: _Operands) -> np.ndarray:
    q, k, v = (arithmetic.cast(each) for each in operands)
    return attention(arithmetic, q, k, v).astype(np.float64)


def _shares(arithmetic: Arithmetic, attention: Attention, operands: _Operands) -> tuple[float, float, float]:
    """Shares of the weights below 0, of the denominators below 0, and of those that are 0; none without features."""
    if not isinstance(attention, LinearAttention):
        return 0.0, 0.0, 0.0
    q, k, v = (arithmetic.cast(each) for each in operands)
    queries, keys = attention.feature_map.queries(arithmetic, q), attention.feature_map.keys(arithmetic, k)
    weights = arithmetic.matmul(queries, keys.features.T)
    state = State((), keys.features.shape[-1], v.shape[-1])
    state.add(arithmetic, keys, v)
    _, denominators = state.look(arithmetic, queries)
    return float((weights < 0).mean()), float((denominators < 0).mean()), float((denominators == 0).mean())


def _error(values: np.ndarray, reference: np.ndarray) -> float:
    return float(np.linalg.norm(values - reference) / np.linalg.norm(reference))


def _peak(values: np.ndarray, reference: np.ndarray) -> float:
    return float(np.abs(values - reference).max() / np.abs(reference).max())
