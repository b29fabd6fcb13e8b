"""Results as plain data, for JSON."""

import math
from typing import Any

__all__ = ["plain"]


def plain(value: Any) -> Any:
    """The same with lists for tuples, and None where a float is infinite or NaN, which JSON has no words for.

    Examples
    --------
    >>> plain({"bits": float("nan"), "figures": ({"right": 3}, {"right": 0.5})})
    {'bits': None, 'figures': [{'right': 3}, {'right': 0.5}]}
    """
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
