"""Where the registers of a core are: named cut points, some of them live."""

from amaranth.hdl import Module, Signal, Value

__all__ = ["Pipeline"]


class Pipeline:
    """The register cuts of one core, shared by all the components on its datapath.

    A datapath is written as straight combinational logic and says with :meth:`cut` where a register *may* stand. Every
    value that is still needed behind a point passes through the same ``cut`` there, so that all of them are equally
    late.

    Parameters
    ----------
    points : tuple of str
        All cut points, in the order in which data meets them.
    live : tuple of str
        Those that hold a register; empty for a combinational datapath.

    Raises
    ------
    ValueError
        If a live point is not among the points.

    Members
    -------
    enable : list of Signal
        Clock enable of each register stage, first stage first. Driven by the owner of the core.
    """

    def __init__(self, points: tuple[str, ...], live: tuple[str, ...] = ()):
        unknown = set(live) - set(points)
        if unknown:
            raise ValueError(f"unknown cut points {sorted(unknown)}: the points are {', '.join(points)}")
        self.points = points
        self.live = tuple(point for point in points if point in live)
        self.enable = [Signal(name=f"enable_{point}") for point in self.live]

    def cut(self, m: Module, point: str, *values: Value) -> tuple[Value, ...]:
        """``values`` behind ``point``: registered if the point is live, else as they are."""
        if point not in self.points:
            raise ValueError(f"unknown cut point {point!r}: the points are {', '.join(self.points)}")
        if point not in self.live:
            return values
        stage = self.live.index(point)
        registers = tuple(
            Signal(Value.cast(value).shape(), reset_less=True, name=f"{point}_{i}") for i, value in enumerate(values)
        )
        with m.If(self.enable[stage]):
            m.d.sync += [register.eq(value) for register, value in zip(registers, values, strict=True)]
        return registers
