from math import isqrt

import numpy as np
import pytest

from pysoft.roots import floor_root


@pytest.mark.parametrize("away", [-1.0, -0.5, 0.0, 0.5, 1.0])
def test_root_is_found_from_any_estimate_within_one(away):
    N = list(range(4, 3000))
    estimate = np.sqrt(np.array(N, dtype=float)) + away
    r, is_exact = floor_root(estimate, np.array(N, dtype=np.uint64), np.ones(len(N), dtype=np.uint64))
    assert [isqrt(n) for n in N] == r.tolist()
    assert [isqrt(n) ** 2 == n for n in N] == is_exact.tolist()


@pytest.mark.parametrize("bits", [62, 64, 75, 90, 92])
def test_root_beyond_64_bits_equals_python_integers(bits):
    """N / weight, of which only N modulo 2^64 is given; among them squares times the weight, and their neighbours."""
    rng = np.random.default_rng(bits)
    weights = rng.integers(1, 1 << 25, 500).tolist()
    wanted = [isqrt((1 << bits) // w) for w in weights]
    for away in (-1, 0, 1):
        N = [r * r * w + away for r, w in zip(wanted, weights, strict=True)]
        estimate = np.array([(n / w) ** 0.5 for n, w in zip(N, weights, strict=True)])
        modulo = np.array([n % 2**64 for n in N], dtype=np.uint64)
        r, is_exact = floor_root(estimate, modulo, np.array(weights, dtype=np.uint64))
        expected = [isqrt(n // w) for n, w in zip(N, weights, strict=True)]
        assert expected == r.tolist()
        assert [e * e * w == n for e, w, n in zip(expected, weights, N, strict=True)] == is_exact.tolist()
