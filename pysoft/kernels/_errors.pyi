import numpy as np

def levels() -> tuple[str, ...]: ...
def logarithmic(
    level: int,
    scheme: bytes,
    La: np.ndarray,
    power_a: np.ndarray,
    row: np.ndarray,
    table: np.ndarray,
    Lb: np.ndarray,
    power_b: np.ndarray,
    column: np.ndarray,
    results: np.ndarray,
) -> None: ...
def bilinear(level: int, terms: int, u: np.ndarray, v: np.ndarray, results: np.ndarray) -> None: ...
def quotient(
    level: int, u: np.ndarray, power_u: np.ndarray, v: np.ndarray, power_v: np.ndarray, results: np.ndarray
) -> None: ...
def tally(
    level: int,
    division: bool,
    tiers: np.ndarray,
    limits: np.ndarray,
    bins: np.ndarray,
    counts: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    inverse: np.ndarray,
    results: np.ndarray,
    out: np.ndarray,
) -> None: ...
