"""Documents as one long row of token ids on disk, and as training rows of equal length."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

LANGUAGES = ("en", "zh", "pair")


@dataclass(frozen=True)
class Documents:
    """Every document's ids one after another, each closed by the end-of-text id."""

    ids: np.ndarray  # [tokens] uint16
    starts: np.ndarray  # [documents + 1] int64
    language: np.ndarray  # [documents] uint8, index into LANGUAGES
    bytes: np.ndarray  # [documents] int32, length of the text in UTF-8

    def __len__(self) -> int:
        return len(self.language)

    def document(self, index: int) -> np.ndarray:
        """The ids of one document."""
        return self.ids[self.starts[index] : self.starts[index + 1]]

    def only(self, which: Iterable[int]) -> "Documents":
        """Some of them, in the order of `which`."""
        return gather([
            (LANGUAGES[self.language[i]], self.document(i).tolist(), int(self.bytes[i]))
            for i in which
        ])  # fmt: skip

    def save(self, path: Path) -> None:
        """Write all of it as safetensors."""
        save_file({name: getattr(self, name) for name in self.__annotations__}, path)

    @classmethod
    def load(cls, path: Path) -> "Documents":
        """Read what `save` wrote."""
        return cls(**load_file(path))


def gather(documents: list[tuple[str, list[int], int]]) -> Documents:
    """(language, ids, bytes) of each document as `Documents`."""
    ids = [np.array(row, dtype=np.uint16) for _, row, _ in documents]
    return Documents(
        ids=np.concatenate(ids),
        starts=np.cumsum([0, *map(len, ids)]),
        language=np.array([LANGUAGES.index(name) for name, _, _ in documents], dtype=np.uint8),
        bytes=np.array([size for _, _, size in documents], dtype=np.int32),
    )


def rows(documents: Documents, length: int, seed: int) -> Iterator[np.ndarray]:
    """The documents in an order fixed by `seed`, as rows of `length` ids.

    Every row begins with the beginning of a document, as every prompt does; the one that does not
    fit at the end of a row is cut there. Rows that never fill up are left out.
    """
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    row = np.empty(length, dtype=np.int64)
    filled = 0
    for index in order:
        piece = documents.document(index)[: length - filled]
        row[filled : filled + len(piece)] = piece
        filled += len(piece)
        if filled == length:
            yield row.copy()
            filled = 0
