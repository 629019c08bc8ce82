"""Writing safetensors one tensor at a time: 8 bytes of length, a JSON header, then raw values.

The library's own `save_file` wants every tensor in memory at once; this needs only the largest.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]


def write(
    path: Path,
    shapes: dict[str, tuple[int, ...]],
    tensors: Iterable[tuple[str, Array]],
) -> Iterator[int]:
    """Write fp32 tensors to `path`, in the order of `shapes`; yields the bytes written so far."""
    header = _header(shapes)
    expected = iter(shapes.items())
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for name, values in tensors:
            wanted, shape = next(expected)
            if name != wanted or values.shape != shape or values.dtype != np.float32:
                raise ValueError(f"expected {wanted} {shape} in fp32, got {name} {values.shape}")
            file.write(np.ascontiguousarray(values).data)
            yield file.tell()
    if next(expected, None) is not None:
        raise ValueError("fewer tensors than shapes")


def _header(shapes: dict[str, tuple[int, ...]]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shapes.items():
        size = 4 * int(np.prod(shape))
        entries[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(entries, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8)  # so that the values start on a multiple of 8
