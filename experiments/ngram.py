"""What a text costs without a network: an n-gram model of characters, by counting."""

import math
from collections import Counter

import numpy as np

__all__ = ["ngram_bits"]


def ngram_bits(training: str, text: str, *, order: int, alphabet: int) -> np.ndarray:
    """Bits of each character of a text, by those that were counted behind the same ``order - 1`` characters before.

    The probability of a character c behind a context h, of which h' is all but the first, interpolated:

        p(c | h) = (count(h c) + distinct(h) p(c | h')) / (count(h) + distinct(h))

    ``distinct(h)`` is how many characters were seen behind h. Behind all contexts stands 1 / ``alphabet``.

    Parameters
    ----------
    training, text : str
    order : int
        1 (how frequent a character is) or more.
    alphabet : int
        Characters that there are.

    Returns
    -------
    numpy.ndarray of float64, shape [n]
        -log2 of each character's probability.

    Raises
    ------
    ValueError
        If ``order`` or ``alphabet`` is not 1 or more.

    References
    ----------
    I. H. Witten and T. C. Bell, "The zero-frequency problem", IEEE Trans. Information Theory 37, 1991: method C.

    Examples
    --------
    >>> ngram_bits("abababab", "abc", order=2, alphabet=4).round(2)
    array([1.15, 0.17, 6.32])
    """
    if order < 1 or alphabet < 1:
        raise ValueError(f"order and alphabet must be 1 or more, not {order} and {alphabet}")
    counts = Counter(training[i : i + n] for n in range(1, order + 1) for i in range(len(training) - n + 1))
    behind: Counter[str] = Counter()  # how often a context was followed
    distinct: Counter[str] = Counter()
    for gram, count in counts.items():
        behind[gram[:-1]] += count
        distinct[gram[:-1]] += 1
    bits = []
    for i, character in enumerate(text):
        p = 1 / alphabet
        for n in range(min(order, i + 1)):  # contexts from none to the longest
            context = text[i - n : i]
            if distinct[context]:
                p = (counts[context + character] + distinct[context] * p) / (behind[context] + distinct[context])
        bits.append(-math.log2(p))
    return np.array(bits)
