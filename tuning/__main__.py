"""``python -m tuning``: write ``pysoft/families/tuned_tables.py`` anew."""

from rich.progress import Progress

from pysoft.files import write_whole

from .search import OBJECTIVES
from .segment import OPERATIONS
from .tables import DOMAINS, PATH, SEGMENTS, SPLIT_SEGMENTS, splits, text, tuned

with Progress(transient=True) as progress:
    domains = sum(map(len, DOMAINS.values()))
    total = domains * len(OBJECTIVES) * len(SEGMENTS)
    tables = progress.track(tuned(), total=total, description="m x m tables")
    total = len(OPERATIONS) * len(OBJECTIVES) * len(SPLIT_SEGMENTS)
    split_tables = progress.track(splits(), total=total, description="split tables")
    write_whole(PATH, text(tables, split_tables))
