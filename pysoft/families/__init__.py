"""The catalogue of families, by name. Append, never rename."""

from .corrected import INZED, MBM, REALM
from .exact import EXACT
from .family import STATUSES, Family, Implementation
from .logarithmic import ALMLOA, ALMSOA, DRALM, MITCHELL, MITCHW
from .simdive import SIMDIVE
from .tuned import TUNED

__all__ = ["FAMILIES", "STATUSES", "Family", "Implementation"]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        EXACT,
        MITCHELL,
        MITCHW,
        ALMSOA,
        ALMLOA,
        DRALM,
        MBM,
        REALM,
        INZED,
        SIMDIVE,
        TUNED,
    )
}
