"""All that is measured, in this order."""

from collections.abc import Callable
from dataclasses import dataclass

from .contest import Case, Skipped
from .elements import division_cases, function_cases, multiplication_cases
from .options import Options
from .others import float_peer_cases, table_peer_cases
from .sums import avx2_cases, family_cases, row_cases, size_cases, spread_cases, thread_cases

__all__ = ["SECTIONS", "Section"]


@dataclass(frozen=True)
class Section:
    title: str
    cases: Callable[[Options], list[Case | Skipped]]
    unit: str = "GMAC/s"
    is_speedup: bool = False  # say how many times faster, not how many times as long


SECTIONS = {
    "matmul": Section("Square matrices of f32 by size", size_cases),
    "avx2": Section("Both held to AVX2", avx2_cases),
    "families": Section("Families and formats, 512 x 512", family_cases),
    "rows": Section("One row or one column, f32", row_cases),
    "threads": Section("Speed-up by threads, mul-f32-mitchell", thread_cases, is_speedup=True),
    "spread": Section("Numbers that fast loops do not like, f32, 512 x 512", spread_cases),
    "multiply": Section("Products of f32, element by element", multiplication_cases, "G/s"),
    "divide": Section("Quotients of f32, element by element", division_cases, "G/s"),
    "functions": Section("Functions of a million f32", function_cases, "G/s"),
    "peers-f32": Section("Others, mul-f32-mitchell", float_peer_cases),
    "peers-s8": Section("Others, mul-s8-mitchell by table", table_peer_cases),
}
