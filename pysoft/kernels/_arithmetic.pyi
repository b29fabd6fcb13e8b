import numpy as np

SCRATCH_BYTES: int

def levels() -> tuple[str, ...]: ...
def matmul(
    level: int,
    operator: bytes,
    form: int,
    wide: bool,
    a: np.ndarray,
    b: np.ndarray,
    scratch: np.ndarray,
    c: np.ndarray,
) -> None: ...
def elementwise(level: int, operator: bytes, form: int, a: np.ndarray, b: np.ndarray, results: np.ndarray) -> None: ...
def broadcast(level: int, operator: bytes, form: int, a: np.ndarray, b: np.ndarray, results: np.ndarray) -> None: ...
def activation(
    level: int,
    divide: bytes,
    form: int,
    function: int,
    linear: int,
    a: np.ndarray,
    power: np.ndarray,
    results: np.ndarray,
) -> None: ...
def totals(wide: bool, a: np.ndarray, results: np.ndarray) -> None: ...
