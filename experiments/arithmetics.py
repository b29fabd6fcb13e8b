"""The arithmetics that experiments compare."""

from collections.abc import Iterable

from pysoft.arithmetic import Arithmetic
from pysoft.named_arithmetic import named_arithmetic

__all__ = ["REFERENCE", "STANDARD", "arithmetics"]

REFERENCE = "f32-exact"
STANDARD = (
    "f32-mitchell",
    "bf16-mitchell",
    "f8e4m3-mitchell",
    "s8-mitchell",
    "f32-lmul",
    "f32-tuned-minimax-m16",
    "f32-realm-m8",
)


def arithmetics(names: Iterable[str] = STANDARD, *, threads: int | None = None) -> dict[str, Arithmetic]:
    """Arithmetics by name, each once; the first is :data:`REFERENCE`, whether it is named or not.

    Parameters
    ----------
    names : iterable of str
        See :func:`pysoft.named_arithmetic.named_arithmetic`.
    threads : int, optional
        Threads of each.

    Raises
    ------
    ValueError
        If a name is none of an arithmetic.

    Examples
    --------
    >>> list(arithmetics(["bf16-mitchell", "f32-exact", "bf16-mitchell"]))
    ['f32-exact', 'bf16-mitchell']
    """
    return {name: named_arithmetic(name, threads=threads) for name in dict.fromkeys((REFERENCE, *names))}
