"""Weights of networks: safetensors files, memory-mapped, each tensor checked when it is asked for."""

import json
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from .files import writing_whole

__all__ = ["Weights", "WeightsError", "read_weights", "write_weights"]

_FLOATS = {"F32": np.dtype(np.float32), "F16": np.dtype(np.float16), "BF16": np.dtype(ml_dtypes.bfloat16)}
_OTHERS = {"BOOL": "?", "U8": "u1", "U16": "u2", "U32": "u4", "U64": "u8"}  # masks and the like, which are no weights
_OTHERS |= {"I8": "i1", "I16": "i2", "I32": "i4", "I64": "i8", "F64": "f8", "C64": "c8"}
_DTYPES = {**_FLOATS, **{name: np.dtype(code) for name, code in _OTHERS.items()}}
_FILE, _INDEX = "model.safetensors", "model.safetensors.index.json"  # names in a Hugging Face folder
_BLOCK = 1 << 22  # numbers at a time that are looked at for NaN


class WeightsError(ValueError):
    """Weights that cannot be used; the message names the tensor, or the file if it has none to name."""


class Weights(Mapping[str, np.ndarray]):
    """Tensors by name, and where they are from.

    Parameters
    ----------
    tensors : mapping
        Arrays by name.
    source : str
        What messages call it.
    metadata : mapping, optional
        Text by name, as it is in the file.

    Examples
    --------
    >>> weights = Weights({"w": np.ones((2, 3), np.float32)}, "an example")
    >>> weights.tensor("w", (2, 3)).shape
    (2, 3)
    >>> weights.tensor("w", (3, 2))
    Traceback (most recent call last):
    pysoft.weights.WeightsError: tensor w of an example has the shape (2, 3), not (3, 2)
    """

    def __init__(
        self, tensors: Mapping[str, np.ndarray], source: str = "the weights", metadata: Mapping[str, str] | None = None
    ):
        self._tensors, self.source, self.metadata = dict(tensors), source, dict(metadata or {})

    def __getitem__(self, name: str) -> np.ndarray:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def under(self, prefix: str) -> "Weights":
        """The tensors whose names begin with ``prefix``, without it."""
        tensors = {name.removeprefix(prefix): tensor for name, tensor in self.items() if name.startswith(prefix)}
        return Weights(tensors, f"{self.source} under {prefix}", self.metadata)

    def tensor(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """The tensor of a name, as it is stored: float32, float16 or bfloat16; read-only if it is memory-mapped.

        Raises
        ------
        WeightsError
            If there is none, it has another shape or dtype, or a number in it is infinite or NaN.
        """
        if name not in self:
            raise WeightsError(f"tensor {name} is missing in {self.source}")
        array = self[name]
        if array.dtype not in _FLOATS.values():
            known = ", ".join(map(str, _FLOATS.values()))
            raise WeightsError(f"tensor {name} of {self.source} is of {array.dtype}; weights are {known}")
        if array.shape != shape:
            raise WeightsError(f"tensor {name} of {self.source} has the shape {array.shape}, not {shape}")
        flat = array.reshape(-1)
        for start in range(0, flat.size, _BLOCK):
            bad = ~np.isfinite(flat[start : start + _BLOCK])
            if bad.any():
                place = tuple(map(int, np.unravel_index(start + int(bad.argmax()), shape)))
                raise WeightsError(f"tensor {name} of {self.source} is {array[place]} at {place}")
        return array


def read_weights(path: str | Path) -> Weights:
    """The weights of a safetensors file or of a folder, memory-mapped: nothing is read before it is used.

    Parameters
    ----------
    path : path
        A file, or a folder with ``model.safetensors``, or with ``model.safetensors.index.json`` and the files (shards)
        that it names.

    Returns
    -------
    Weights

    Raises
    ------
    WeightsError
        If a file is no safetensors file, or not whole; if a shard or one of its tensors is missing.
    FileNotFoundError
        If there is no such file, or the folder has neither.
    """
    place = Path(path)
    if not place.is_dir():
        return Weights(*_read(place))
    if (place / _FILE).is_file():
        return Weights(*_read(place / _FILE))
    if not (place / _INDEX).is_file():
        raise FileNotFoundError(f"folder {place} has no weights: neither {_FILE} nor {_INDEX}")
    names = _weight_map(place / _INDEX)
    shards = {}
    for name, file in names.items():
        if file not in shards:
            if not (place / file).is_file():
                raise WeightsError(f"tensor {name} is in {file}, which is missing in {place}")
            shards[file] = _read(place / file)[0]
        if name not in shards[file]:
            raise WeightsError(f"tensor {name} is missing in {place / file}")
    return Weights({name: shards[file][name] for name, file in names.items()}, str(place))


def write_weights(path: str | Path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Write tensors to a safetensors file, which is whole or not there.

    Parameters
    ----------
    path : path
    tensors : mapping
        Arrays of float32, float16 or bfloat16 by name.
    metadata : mapping
        Text by name.
    """
    from safetensors.numpy import save_file

    with writing_whole(Path(path)) as temporary:
        save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, temporary, dict(metadata))


def _weight_map(index: Path) -> dict[str, str]:
    try:
        return dict(json.loads(index.read_text())["weight_map"])
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{index} is no index of shards: {error!r}") from None


def _read(path: Path) -> tuple[dict[str, np.ndarray], str, dict[str, str]]:
    """Tensors, source and metadata of one file, which the library has checked before anything is mapped."""
    from safetensors import SafetensorError, safe_open

    try:
        safe_open(path, framework="numpy")
    except SafetensorError as error:
        raise WeightsError(f"{_truncated(path)}{path} is no whole safetensors file: {error}") from None
    header, start = _header(path)
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        words = np.frombuffer(memory, np.uint8, end - begin, start + begin)
        if entry["dtype"] not in _DTYPES:
            raise WeightsError(f"tensor {name} of {path} is of {entry['dtype']}; there are {', '.join(_DTYPES)}")
        tensors[name] = words.view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, str(path), metadata


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The header of a file, and where its data begin: 8 bytes say how long it is, and JSON follows."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(min(length, path.stat().st_size))), 8 + length


def _truncated(path: Path) -> str:
    """The first tensor that ends behind the end of a file, for a message; nothing if that cannot be said."""
    try:
        header, start = _header(path)
        ends = sorted((entry["data_offsets"][1], name) for name, entry in header.items() if name != "__metadata__")
        size = path.stat().st_size - start
        return next((f"tensor {name} is cut off: " for end, name in ends if end > size), "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
