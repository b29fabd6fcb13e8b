"""The catalogue of families, by name. Append, never rename."""

from .corrected import MBM, REALM
from .exact import EXACT
from .family import STATUSES, Family, Implementation
from .logarithmic import ALMLOA, ALMSOA, DRALM, MITCHELL, MITCHW

__all__ = ["FAMILIES", "STATUSES", "Family", "Implementation"]

FAMILIES: dict[str, Family] = {
    family.name: family for family in (EXACT, MITCHELL, MITCHW, ALMSOA, ALMLOA, DRALM, MBM, REALM)
}
