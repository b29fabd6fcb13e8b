"""What the catalogue knows of a family: one way to compute one or more operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..bound import Bound
from ..formats import MIN_WIDTH
from ..logarithmic import Scheme, divide, multiply
from ..logarithmic_bound import product_bound, quotient_bound
from ..operation import Parameter

__all__ = ["STATUSES", "Family", "Implementation", "logarithmic_product", "logarithmic_quotient"]

STATUSES = {
    "confirmed": "the definition reproduces the figures that its source prints",
    "nearly": "the definition comes close to the figures that its source prints",
    "re-implemented": "the definition was confirmed elsewhere; no printed figure is at hand to be set beside ours",
    "unconfirmed": "the source was not at hand, this is the best reading of its abstract and of what others say of it",
    "ours": "defined here",
}


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
        The family's own parameters, which stand before those of the operation.
    configurations : tuple of mapping
        Choices of the family's parameters that stand for it wherever the whole catalogue is walked through: those that
        its source prints figures of.
    scheme : callable or None
        ``scheme(width, **own parameters)`` of a family that is data: how it fills the four slots of the one logarithmic
        datapath. None for a family with a datapath of its own.
    minimum_width : int
        Bits of the narrowest operands that the definition makes sense for.
    """

    core: Callable[..., np.ndarray]
    bound: Callable[..., Bound | None]
    parameters: tuple[Parameter, ...] = ()
    configurations: tuple[Mapping[str, int | str], ...] = ({},)
    scheme: Callable[..., Scheme] | None = None
    minimum_width: int = MIN_WIDTH

    def configurations_at(self, width: int) -> tuple[Mapping[str, int | str], ...]:
        """Those configurations that are legal for operands of ``width`` bits."""
        if width < self.minimum_width:
            return ()
        legal = {parameter.name: parameter.legal(width) for parameter in self.parameters}
        return tuple(
            configuration
            for configuration in self.configurations
            if all(configuration.get(p.name, p.default) in legal[p.name] for p in self.parameters)
        )


def logarithmic_product(
    scheme: Callable[..., Scheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
    minimum_width: int = MIN_WIDTH,
) -> Implementation:
    """A multiplier that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""

    def core(a: np.ndarray, b: np.ndarray, width: int, **own: int | str) -> np.ndarray:
        return multiply(scheme(width, **own), a, b, width)

    def bound(width: int, **own: int | str) -> Bound | None:
        return product_bound(scheme(width, **own), width)

    return Implementation(core, bound, parameters, configurations, scheme, minimum_width)


def logarithmic_quotient(
    scheme: Callable[..., Scheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
    minimum_width: int = MIN_WIDTH,
) -> Implementation:
    """A divider that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""

    def core(n: np.ndarray, d: np.ndarray, width: int, f: int, **own: int | str) -> np.ndarray:
        return divide(scheme(width, **own), n, d, width, f)

    def bound(width: int, f: int, **own: int | str) -> Bound | None:
        return quotient_bound(scheme(width, **own), width, f)

    return Implementation(core, bound, parameters, configurations, scheme, minimum_width)


@dataclass(frozen=True)
class Family:
    """An entry of the catalogue: append, never rename.

    Parameters
    ----------
    name, title, source, definition : str
        Name as in operator names; title; paper; the formula in one line.
    operations : mapping of str to Implementation
        By operation name.
    status : str
        Whether the definition is confirmed by published figures: a key of ``STATUSES``.
    note : str
        What of the published figures it meets or misses, and how the source was read where it leaves a choice.
    """

    name: str
    title: str
    source: str
    definition: str
    operations: Mapping[str, Implementation]
    status: str = "confirmed"
    note: str = ""
