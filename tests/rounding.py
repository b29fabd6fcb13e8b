"""Whether a float32 result is right but for rounding: by the error that torch has in float32, measured in float64."""

import numpy as np
import torch

__all__ = ["assert_rounds_like", "rounding_limit"]


def rounding_limit(reference: np.ndarray, single: np.ndarray, *, times: float = 4, places: float = 8) -> float:
    """The error allowed: ``times`` that of a float32 run, and ``places`` last places of the largest number."""
    scale = np.abs(reference).max(initial=0)
    return times * np.abs(single - reference).max(initial=0) + places * np.finfo(np.float32).eps * scale


def assert_rounds_like(function, ours: np.ndarray, *operands: np.ndarray, times: float = 4, places: float = 8) -> None:
    """``function`` of torch tensors, in float64 and in float32, beside our result of the same operands."""
    tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in operands]
    with torch.no_grad():
        reference = function(*(each.double() for each in tensors)).numpy()
        single = function(*tensors).numpy().astype(np.float64)
    assert reference.shape == ours.shape
    assert np.abs(ours.astype(np.float64) - reference).max(initial=0) <= rounding_limit(
        reference, single, times=times, places=places
    )
