"""``python -m tuning``: write ``pysoft/families/tuned_tables.py`` anew."""

from rich.progress import track

from pysoft.files import write_whole

from .search import OBJECTIVES
from .segment import OPERATIONS
from .tables import FRACTION_BITS, PATH, text, tuned

total = len(OPERATIONS) * len(FRACTION_BITS) * len(OBJECTIVES)
write_whole(PATH, text(track(tuned(), "tuning", total=total, transient=True)))
