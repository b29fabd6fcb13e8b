"""What the catalogue knows of a family: one way to compute one or more operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..bound import Bound
from ..operation import Parameter

__all__ = ["Family", "Implementation"]


@dataclass(frozen=True)
class Implementation:
    """One operation of a family.

    Parameters
    ----------
    core : callable
        ``core(a, b, width, **parameters)``: unsigned core on uint64 arrays of ``width``-bit magnitudes.
    bound : callable
        ``bound(width, **parameters)``: the proved :class:`~pysoft.bound.Bound`, or None.
    parameters : tuple of Parameter
        The family's own parameters, after those of the operation.
    """

    core: Callable[..., np.ndarray]
    bound: Callable[..., Bound | None]
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Family:
    """An entry of the catalogue: append, never rename.

    Parameters
    ----------
    name, title, source, definition : str
        Name as in operator names; title; paper; the formula in one line.
    operations : mapping of str to Implementation
        By operation name.
    """

    name: str
    title: str
    source: str
    definition: str
    operations: Mapping[str, Implementation]
