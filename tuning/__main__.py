"""``python -m tuning``: write the tables of the families anew, all files or those that are named.

``python -m tuning tuned_tables`` takes a minute, ``python -m tuning float_tables`` some minutes and 9 GiB.
"""

import argparse

from rich.progress import Progress

from pysoft.files import write_whole

from . import float_tables, tables
from .search import OBJECTIVES
from .segment import OPERATIONS
from .tables import DOMAINS, SEGMENTS, SPLIT_SEGMENTS

FILES = ("tuned_tables", "float_tables")
parser = argparse.ArgumentParser(prog="python -m tuning", description=__doc__)
parser.add_argument("file", nargs="*", choices=[*FILES, []], help=f"{' or '.join(FILES)}; all by default")
chosen = parser.parse_args().file or FILES

with Progress(transient=True) as progress:
    if "tuned_tables" in chosen:
        total = sum(map(len, DOMAINS.values())) * len(OBJECTIVES) * len(SEGMENTS)
        found = progress.track(tables.tuned(), total=total, description="m x m tables")
        total = len(OPERATIONS) * len(OBJECTIVES) * len(SPLIT_SEGMENTS)
        splits = progress.track(tables.splits(), total=total, description="split tables")
        write_whole(tables.PATH, tables.text(found, splits))
    if "float_tables" in chosen:
        constants = progress.track(float_tables.constants(), total=None, description="constants of floats")
        carries = progress.track(float_tables.carries(), total=None, description="carry-ins")
        write_whole(float_tables.PATH, float_tables.text(constants, carries))
