"""The catalogue of families, by name. Append, never rename."""

from .exact import EXACT
from .family import Family, Implementation
from .mitchell import MITCHELL

__all__ = ["FAMILIES", "Family", "Implementation"]

FAMILIES: dict[str, Family] = {family.name: family for family in (EXACT, MITCHELL)}
