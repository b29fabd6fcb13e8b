"""Before anything is imported: the width of tables, which pytest-xdist sets to 80 columns in its workers."""

import os

os.environ["COLUMNS"] = "120"
