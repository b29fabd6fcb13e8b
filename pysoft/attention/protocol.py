"""What every attention is: one function of queries, keys and values, and a memory of those gone by.

    softmax    out_i = sum_j w_ij v_j,    w_ij = exp(q_i . k_j / sqrt d) / sum_j exp(q_i . k_j / sqrt d)

Other attentions put another function of q and k in the place of exp(q . k / sqrt d). Called, an attention lets every
query see every key. Its memory is causal: a query sees the keys of its own token and of those before, and no others.

Shapes: queries [..., n, d], keys [..., m, d], values [..., m, e], outputs [..., n, e]. The leading dimensions, such as
batch and heads, are the same for all.
"""

from typing import Protocol

import numpy as np

from ..arithmetic import Arithmetic

__all__ = ["Attention", "Memory", "check_operands"]


class Memory(Protocol):
    """The tokens gone by, in whatever form an attention remembers them."""

    @property
    def length(self) -> int:
        """Tokens taken so far."""
        ...

    def extend(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Take n more tokens, and give what each of them sees of itself and of all before.

        Parameters
        ----------
        arithmetic : Arithmetic
            The same in every call.
        q, k : numpy.ndarray of the format, shape [..., n, d]
        v : numpy.ndarray of the format, shape [..., n, e]

        Returns
        -------
        numpy.ndarray of the format, shape [..., n, e]

        Raises
        ------
        TypeError
            If an array is not of the dtype of the arithmetic's format.
        ValueError
            If the shapes do not fit each other, or those of the tokens before.
        """
        ...


class Attention(Protocol):
    """A way for queries to look at keys and to take values."""

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys.

        Parameters
        ----------
        arithmetic : Arithmetic
        q : numpy.ndarray of the format, shape [..., n, d]
        k : numpy.ndarray of the format, shape [..., m, d]
        v : numpy.ndarray of the format, shape [..., m, e]

        Returns
        -------
        numpy.ndarray of the format, shape [..., n, e]

        Raises
        ------
        TypeError
            If an array is not of the dtype of the arithmetic's format.
        ValueError
            If the shapes do not fit each other.
        """
        ...

    def memory(self) -> Memory:
        """Make a memory of no tokens. All tokens at once in a fresh one are causal attention over a sequence."""
        ...


def check_operands(
    arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray, *, past: tuple[int, ...] | None = None
) -> None:
    """Refuse operands that do not fit.

    Parameters
    ----------
    arithmetic : Arithmetic
    q, k, v : numpy.ndarray
    past : tuple of int, optional
        For a memory: (..., d, e) of the tokens before, or () if there are none. Then there are as many queries as keys.

    Raises
    ------
    TypeError, ValueError
        As :class:`Attention` and :class:`Memory` say.

    Examples
    --------
    >>> q, k, v = np.zeros((2, 3), np.float32), np.zeros((4, 3), np.float32), np.zeros((5, 1), np.float32)
    >>> check_operands(Arithmetic(), q, k, v)
    Traceback (most recent call last):
    ...
    ValueError: every key needs one value: k is (4, 3) and v (5, 1)
    """
    for name, array in (("q", q), ("k", k), ("v", v)):
        if not isinstance(array, np.ndarray) or array.dtype != arithmetic.format.dtype:
            kind = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"{name} must be an array of {arithmetic.format.dtype}, not {kind}")
        if array.ndim < 2:
            raise ValueError(f"{name} must have shape (..., tokens, features), not {array.shape}")
    if not q.shape[-1] or q.shape[-1] != k.shape[-1]:
        raise ValueError(f"queries and keys must have as many features, one or more: q is {q.shape} and k {k.shape}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"every key needs one value: k is {k.shape} and v {v.shape}")
    if not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]:
        raise ValueError(f"leading dimensions must be the same: q is {q.shape}, k {k.shape} and v {v.shape}")
    if past is None:
        if not k.shape[-2]:
            raise ValueError("there must be a key or more for queries to see")
        return
    if q.shape[-2] != k.shape[-2]:
        raise ValueError(f"every new token needs one query and one key: q is {q.shape} and k {k.shape}")
    if past and past != (*k.shape[:-2], k.shape[-1], v.shape[-1]):
        raise ValueError(f"the tokens before had leading dimensions, d and e {past}: k is {k.shape} and v {v.shape}")
