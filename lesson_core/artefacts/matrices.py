"""Matrices of a model on disk, read without a tensor library: the header, then just the rows asked.

A safetensors file is 8 bytes of length, a JSON header and raw values. bf16 is the upper half of an
fp32, so it is read by shifting.
"""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from lesson_core.artefacts.manifest import checked_folder
from lesson_core.errors import LabError

Array = np.ndarray[Any, np.dtype[np.float32]]
KINDS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
SMALLEST = 64  # columns: below, groups mean little


def listed(artefact_id: str) -> dict[str, tuple[int, int]]:
    """Name and shape of every weight matrix of a model, in the order of its file."""
    return {
        name: (entry["shape"][0], entry["shape"][1])
        for name, entry in _header(_file(artefact_id))[0].items()
        if len(entry.get("shape", ())) == 2
        and entry["shape"][1] >= SMALLEST
        and entry["dtype"] in KINDS
    }


def rows(artefact_id: str, name: str, count: int) -> Array:
    """The first `count` rows of matrix `name` as fp32: [count, columns].

    LabError("matrix_unknown") where the model has no such matrix.
    """
    path = _file(artefact_id)
    header, start = _header(path)
    if name not in header or len(header[name].get("shape", ())) != 2:
        raise LabError("matrix_unknown", name=name)
    entry = header[name]
    kind = np.dtype(KINDS[entry["dtype"]])
    columns = entry["shape"][1]
    count = min(count, entry["shape"][0])
    with path.open("rb") as file:
        file.seek(start + entry["data_offsets"][0])
        raw = np.frombuffer(file.read(count * columns * kind.itemsize), kind)
    if entry["dtype"] == "BF16":
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(np.float32).reshape(count, columns)


def _file(artefact_id: str) -> Path:
    """The file that holds the weights; hashed before it is used. Of shards, the first."""
    folder = checked_folder(artefact_id)
    return min(folder.glob("*.safetensors"))


def _header(path: Path) -> tuple[dict[str, Any], int]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        entries = json.loads(file.read(length))
    entries.pop("__metadata__", None)
    return entries, 8 + length
