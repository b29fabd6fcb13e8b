"""The catalogue of families, by name. Append, never rename."""

from .aaxd import AAXD
from .babic import BABIC
from .carry_in import CARRYIN
from .corrected import INZED, MBM, REALM
from .drum import DRUM
from .exact import EXACT
from .family import STATUSES, Family, Implementation
from .float_constants import GH, LMUL
from .logarithmic import ALMLOA, ALMSOA, DRALM, MITCHELL, MITCHW
from .nearest_power import ILM, ROBA
from .simdive import SIMDIVE
from .split import SPLIT
from .tosam import TOSAM
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
        ILM,
        ROBA,
        BABIC,
        DRUM,
        TOSAM,
        INZED,
        SIMDIVE,
        AAXD,
        TUNED,
        SPLIT,
        LMUL,
        GH,
        CARRYIN,
    )
}
