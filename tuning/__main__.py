"""``python -m tuning``: write ``pysoft/families/tuned_tables.py`` anew."""

from rich.progress import Progress

from pysoft.files import write_whole

from .search import OBJECTIVES
from .segment import OPERATIONS
from .tables import PATH, SEGMENTS, SPLIT_SEGMENTS, splits, text, tuned

with Progress(transient=True) as progress:
    entries = len(OPERATIONS) * len(OBJECTIVES)
    tables = progress.track(tuned(), total=entries * len(SEGMENTS), description="m x m tables")
    split_tables = progress.track(splits(), total=entries * len(SPLIT_SEGMENTS), description="split tables")
    write_whole(PATH, text(tables, split_tables))
