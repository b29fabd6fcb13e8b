"""Random features of the softmax kernel: positive ones, and the trigonometric ones that they replaced.

With x for q / d^(1/4) and y for k / d^(1/4), so that x . y = q . k / sqrt d, and w a row of normal numbers,

    e^(x . y)  =  E  e^(w . x - |x|^2 / 2)  e^(w . y - |y|^2 / 2)                     FavorPlus
    e^(x . y)  =  E  e^(|x|^2 / 2)  e^(|y|^2 / 2)  cos(w . x - w . y)                 TrigonometricFeatures

The mean over m rows is 1 / m of a sum, which cancels in the quotient of attention: no feature is divided by sqrt m.
All constants are folded into one that the operands are scaled by and into the rows, which are drawn before anything is
computed: exponents are of base 2, u = w' . x' - |x'|^2 with |x'|^2 = log2 e |x|^2 / 2, and angles are in turns.

The stabiliser is the integer part of the largest u of a token, pulled out as a power of two of that token alone. It
sees no other token, so that it tells nothing of the future, and features are below 2.
"""

from dataclasses import dataclass, replace
from math import e, log2, pi, sqrt

import numpy as np

from ..arithmetic import Arithmetic
from .features import Keys
from .projection import orthogonal_directions
from .scaling import scaled
from .turns import cosine_of_turns

__all__ = ["FavorPlus", "TrigonometricFeatures"]

_BASE = sqrt(log2(e) / 2)  # |_BASE x|^2 = log2 e |x|^2 / 2
_MOST = 1 << 29  # of an exponent


@dataclass(frozen=True)
class FavorPlus:
    """Positive orthogonal random features (FAVOR+): phi(x)_i = e^(w_i . x - |x|^2 / 2).

    Parameters
    ----------
    features : int
        m, how many. 1 or more.
    seed : int
        Of the directions, which are orthogonal in blocks of d.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    K. Choromanski et al., "Rethinking Attention with Performers", ICLR 2021, lemma 1.

    Examples
    --------
    >>> k = np.float32([[0, 0], [30, 40]])
    >>> FavorPlus(4).keys(Arithmetic(), k).exponents
    array([    0, -1197], dtype=int32)
    """

    features: int
    seed: int = 0

    def __post_init__(self) -> None:
        _check(self.features, self.seed)

    def redraw(self, seed: int) -> "FavorPlus":
        """As many features of other directions."""
        return replace(self, seed=seed)

    def queries(self, arithmetic: Arithmetic, q: np.ndarray) -> np.ndarray:
        """Features of queries, but for a power of two of each: [..., n, d] to [..., n, m]."""
        return self.keys(arithmetic, q).features

    @np.errstate(invalid="ignore")  # of infinite operands
    def keys(self, arithmetic: Arithmetic, k: np.ndarray) -> Keys:
        """Features of keys, 0 to 2, and their exponents: [..., n, d] to [..., n, m] and [..., n]."""
        x, norm = _scaled(arithmetic, k)
        rows = arithmetic.cast(orthogonal_directions(self.features, k.shape[-1], self.seed) * (2 * _BASE))
        u = arithmetic.matmul(x, rows.T) - norm[..., None]  # [..., n, d] -> [..., n, m]
        exponents = _integer_part(u.max(axis=-1))  # [..., n, m] -> [..., n]
        return Keys(arithmetic.exp2(arithmetic.cast(u - exponents[..., None])), exponents.astype(np.int32))


@dataclass(frozen=True)
class TrigonometricFeatures:
    """Trigonometric random features: e^(|x|^2 / 2) cos(w_i . x) and e^(|x|^2 / 2) sin(w_i . x).

    They have both signs: where the kernel is small, a sum of them may be zero or below, and attention has no sense.
    This is what :class:`FavorPlus` was made for.

    Parameters
    ----------
    features : int
        f, how many: an even number, a cosine and a sine for each direction.
    seed : int
        Of the directions, which are orthogonal in blocks of d.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    A. Rahimi and B. Recht, "Random Features for Large-Scale Kernel Machines", NeurIPS 2007; for attention,
    Choromanski et al. (2021), section 2.3.

    Examples
    --------
    >>> TrigonometricFeatures(4).queries(Arithmetic(), np.float32([[0, 0]]))
    array([[1., 1., 0., 0.]], dtype=float32)
    """

    features: int
    seed: int = 0

    def __post_init__(self) -> None:
        _check(self.features, self.seed)
        if self.features % 2:
            raise ValueError(f"there is a sine for each cosine: features must be even, not {self.features}")

    def redraw(self, seed: int) -> "TrigonometricFeatures":
        """As many features of other directions."""
        return replace(self, seed=seed)

    def queries(self, arithmetic: Arithmetic, q: np.ndarray) -> np.ndarray:
        """Features of queries without e^(|x|^2 / 2), which cancels: [..., n, d] to [..., n, f]."""
        return self._waves(arithmetic, _scaled(arithmetic, q)[0])

    @np.errstate(invalid="ignore")  # of infinite operands
    def keys(self, arithmetic: Arithmetic, k: np.ndarray) -> Keys:
        """Features of keys, -2 to 2, and their exponents: [..., n, d] to [..., n, f] and [..., n]."""
        x, norm = _scaled(arithmetic, k)
        exponents = _integer_part(norm)
        factor = arithmetic.exp2(arithmetic.cast(norm - exponents))[..., None]  # [..., n] -> [..., n, 1]
        return Keys(arithmetic.multiply(factor, self._waves(arithmetic, x)), exponents.astype(np.int32))

    def _waves(self, arithmetic: Arithmetic, x: np.ndarray) -> np.ndarray:
        rows = orthogonal_directions(self.features // 2, x.shape[-1], self.seed) / (2 * pi * _BASE)
        turns = arithmetic.matmul(x, arithmetic.cast(rows).T)  # [..., n, d] -> [..., n, f / 2]
        both = np.concatenate([turns, turns - turns.dtype.type(0.25)], axis=-1)  # [..., n, f / 2] -> [..., n, f]
        return cosine_of_turns(arithmetic, both)


def _check(features: int, seed: int) -> None:
    if features < 1:
        raise ValueError(f"there must be 1 feature or more, not {features}")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}")


def _scaled(arithmetic: Arithmetic, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Operands x' = sqrt(log2 e / 2) x / d^(1/4), and |x'|^2 in the accumulator: shapes [..., n, d], [..., n]."""
    small = scaled(arithmetic, x, _BASE * x.shape[-1] ** -0.25)
    return small, np.asanyarray(arithmetic.sum_of_products(small, small))


def _integer_part(u: np.ndarray) -> np.ndarray:
    """Floor of u, no farther than an exponent may be from 0; 0 for NaN."""
    return np.where(np.isnan(u), u.dtype.type(0), np.maximum(np.minimum(np.floor(u), _MOST), -_MOST))
