"""Values of an operator's parameters."""

from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Parameters"]


class Parameters(Mapping[str, int | str]):
    """A frozen, hashable mapping of parameter names to values, in the order of the canonical name."""

    __slots__ = ("pairs",)
    pairs: tuple[tuple[str, int | str], ...]

    def __init__(self, values: Mapping[str, int | str] | Iterable[tuple[str, int | str]] = ()):
        object.__setattr__(self, "pairs", tuple(dict(values).items()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("parameters are frozen")

    def __reduce__(self) -> tuple[type, tuple[object]]:
        return Parameters, (self.pairs,)

    def __getitem__(self, name: str) -> int | str:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        return len(self.pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self.pairs))

    def __repr__(self) -> str:
        return repr(dict(self.pairs))
