"""What ``bench/arithmetic.py`` measures, and how it says so.

The libraries that NumPy and PyTorch are built on read how many threads they may use when they are imported. This is
imported before them: one.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
