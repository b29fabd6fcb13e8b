"""What the command line settles for all sections."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    sizes: tuple[int, ...]
    seed: int = 0
    torchapprox: Path | None = None  # folders of the sources of these projects
    adapt: Path | None = None

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)
