"""Reading GGUF, the file format of llama.cpp: key-values, then (quantised) tensors.

The `gguf` package maps the file and parses the header; here its shapes are checked and each
tensor is expanded to fp32 one at a time, so that a 538 MB model needs no 538 MB of memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from lesson_core.errors import LabError

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Tensor:
    """One tensor of the file. `shape` is in row-major order, as PyTorch writes it."""

    name: str
    shape: tuple[int, ...]
    raw: Any  # gguf's ReaderTensor

    @property
    def kind(self) -> str:
        """`Q4_1`, `Q8_0`, `F32` …"""
        return str(self.raw.tensor_type.name)

    def expand(self) -> Array:
        """The values in fp32. Q4_1 is `d·q + m` per group of 32, Q8_0 is `d·q`."""
        try:
            values = gguf.quants.dequantize(self.raw.data, self.raw.tensor_type)
        except NotImplementedError as problem:
            raise LabError("weights_kind_unknown", tensor=self.name, kind=self.kind) from problem
        return np.ascontiguousarray(values, dtype=np.float32).reshape(self.shape)


class GGUFFile:
    """A parsed GGUF; `LabError("weights_damaged")` where the file is not one or ends early."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._reader = gguf.GGUFReader(path)
        except (ValueError, IndexError, KeyError, OSError, UnicodeDecodeError) as problem:
            raise LabError("weights_damaged", file=path.name, folder=str(path.parent)) from problem

    def get(self, key: str, default: Any = None) -> Any:
        """The value of one key (numbers, text, lists), or `default`."""
        field = self._reader.get_field(key)
        return default if field is None else field.contents()

    def need(self, key: str) -> Any:
        """The value of a key that must be there."""
        value = self.get(key)
        if value is None:
            raise LabError("weights_incomplete", file=self.path.name, missing=key)
        return value

    def tensors(self) -> Iterator[Tensor]:
        """All tensors, in file order. GGUF lists the fastest dimension first: we turn it round."""
        for raw in self._reader.tensors:
            shape = tuple(int(size) for size in reversed(raw.shape))
            yield Tensor(name=str(raw.name), shape=shape, raw=raw)
