import numpy as np

SCRATCH_BYTES: int

def levels() -> tuple[str, ...]: ...
def matmul(
    level: int,
    operator: bytes,
    format: int,
    wide: bool,
    a: np.ndarray,
    b: np.ndarray,
    scratch: np.ndarray,
    c: np.ndarray,
) -> None: ...
def elementwise(
    level: int, operator: bytes, format: int, a: np.ndarray, b: np.ndarray, results: np.ndarray
) -> None: ...
