"""What the catalogue knows of a family: one way to compute one or more operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..bound import Bound
from ..float_bound import float_power_bound, float_product_bound, float_quotient_bound
from ..float_formats import FloatFormat
from ..formats import MAX_WIDTH, MIN_WIDTH, Format
from ..logarithmic import Scheme, add_logarithms, divide, multiply, subtract_logarithms
from ..logarithmic_bound import product_bound, quotient_bound
from ..operation import OPERATIONS, Parameter
from ..power import PowerScheme, power, raise_logarithm
from ..power_bound import power_bound

__all__ = [
    "STATUSES",
    "Family",
    "Implementation",
    "float_power",
    "float_product",
    "float_quotient",
    "logarithmic_power",
    "logarithmic_product",
    "logarithmic_quotient",
]

STATUSES = {
    "confirmed": "the definition reproduces the figures that its source prints",
    "nearly": "the definition comes close to the figures that its source prints",
    "re-implemented": "the definition was confirmed elsewhere; no printed figure is at hand to be set beside ours",
    "unconfirmed": "the source was not at hand, this is the best reading of its abstract and of what others say of it",
    "ours": "defined here",
}


@dataclass(frozen=True)
class Implementation:
    """One operation of a family, for integers or for floats.

    Its ``width`` is that of an integer, or the precision of a float: fraction bits and the leading one.

    Parameters
    ----------
    core : callable
        ``core(*operands, width, **parameters)``: of integers, a function of uint64 arrays of ``width``-bit magnitudes;
        of floats, one of int64 arrays of Mitchell logarithms, unit 2^-(width-1), to that of the result.
    bound : callable
        ``bound(width, **parameters)``: the proved :class:`~pysoft.bound.Bound`, or None.
    parameters : tuple of Parameter
        The family's own parameters, which stand before those of the operation.
    configurations : tuple of mapping
        Choices of the family's parameters that stand for it wherever the whole catalogue is walked through: those that
        its source prints figures of.
    scheme : callable or None
        ``scheme(width, **own parameters)`` of a family that is data: how it fills the four slots of the one logarithmic
        datapath, or the constant of a power. None for a family with a datapath of its own.
    minimum_width, maximum_width : int
        Bits of the narrowest and of the widest operands that the definition makes sense for.
    """

    core: Callable[..., np.ndarray]
    bound: Callable[..., Bound | None]
    parameters: tuple[Parameter, ...] = ()
    configurations: tuple[Mapping[str, int | str], ...] = ({},)
    scheme: Callable[..., Scheme | PowerScheme] | None = None
    minimum_width: int = MIN_WIDTH
    maximum_width: int = MAX_WIDTH

    def configurations_at(self, width: int) -> tuple[Mapping[str, int | str], ...]:
        """Those configurations that are legal for operands of ``width`` bits."""
        if not self.minimum_width <= width <= self.maximum_width:
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


def logarithmic_power(
    operation: str,
    scheme: Callable[..., PowerScheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
) -> Implementation:
    """A power of integers that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""
    exponent = OPERATIONS[operation].exponent
    assert exponent is not None

    def core(a: np.ndarray, width: int, f: int = 0, **own: int | str) -> np.ndarray:
        return power(scheme(width, **own), exponent, a, width, f)

    def bound(width: int, f: int = 0, **own: int | str) -> Bound:
        return power_bound(scheme(width, **own), exponent, width, f)

    return Implementation(core, bound, parameters, configurations, scheme)


def float_product(
    scheme: Callable[..., Scheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
) -> Implementation:
    """A multiplier of floats that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""
    return _float_pair(add_logarithms, float_product_bound, scheme, parameters, configurations)


def float_quotient(
    scheme: Callable[..., Scheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
) -> Implementation:
    """A divider of floats that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""
    return _float_pair(subtract_logarithms, float_quotient_bound, scheme, parameters, configurations)


def _float_pair(
    combine: Callable[..., tuple[np.ndarray, int]],
    limits: Callable[[Scheme, int], Bound | None],
    scheme: Callable[..., Scheme],
    parameters: tuple[Parameter, ...],
    configurations: tuple[Mapping[str, int | str], ...],
) -> Implementation:
    """An operation on two floats: how their logarithms are combined, and what bounds its error."""

    def core(L1: np.ndarray, L2: np.ndarray, width: int, **own: int | str) -> np.ndarray:
        return _cut(*combine(scheme(width, **own), L1, L2, width - 1), width)

    def bound(width: int, **own: int | str) -> Bound | None:
        return limits(scheme(width, **own), width)

    return Implementation(core, bound, parameters, configurations, scheme)


def float_power(
    operation: str,
    scheme: Callable[..., PowerScheme],
    parameters: tuple[Parameter, ...] = (),
    configurations: tuple[Mapping[str, int | str], ...] = ({},),
) -> Implementation:
    """A power of floats that is data; arguments as in :class:`Implementation`. Its model and its bound follow."""
    exponent = OPERATIONS[operation].exponent
    assert exponent is not None

    def core(L: np.ndarray, width: int, **own: int | str) -> np.ndarray:
        return _cut(*raise_logarithm(scheme(width, **own), exponent, L, width - 1), width)

    def bound(width: int, **own: int | str) -> Bound:
        return float_power_bound(scheme(width, **own), exponent, width)

    return Implementation(core, bound, parameters, configurations, scheme)


def _cut(L: np.ndarray, bits: int, width: int) -> np.ndarray:
    """A logarithm of ``bits`` fraction bits in as many as a float of this precision has."""
    return L >> max(bits - (width - 1), 0) << max(width - 1 - bits, 0)


@dataclass(frozen=True)
class Family:
    """An entry of the catalogue: append, never rename.

    Parameters
    ----------
    name, title, source, definition : str
        Name as in operator names; title; paper; the formula in one line.
    operations : mapping of str to Implementation
        Those on integers, by operation name.
    floats : mapping of str to Implementation
        Those on floats.
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
    floats: Mapping[str, Implementation] = field(default_factory=dict)

    def operations_on(self, form: Format) -> Mapping[str, Implementation]:
        """Those on numbers of this kind of format, by operation name; of narrow formats not all may be legal."""
        return self.floats if isinstance(form, FloatFormat) else self.operations
