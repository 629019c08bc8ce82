"""Documents on disk and in training rows."""

from pathlib import Path

import numpy as np
import pytest

from lesson_core.tasks.bilingual import packing

END = 0


@pytest.fixture
def documents() -> packing.Documents:
    texts = [("en", [1, 2, 3, END], 9), ("zh", [4, 5, END], 6), ("pair", [6, 7, 8, 9, END], 20)]
    return packing.gather(texts * 20)


def test_documents_survive_the_disk(documents: packing.Documents, tmp_path: Path) -> None:
    documents.save(tmp_path / "d.safetensors")
    again = packing.Documents.load(tmp_path / "d.safetensors")
    assert len(again) == 60
    assert again.document(1).tolist() == [4, 5, END]
    assert packing.LANGUAGES[again.language[2]] == "pair"
    assert again.bytes[2] == 20


def test_rows_are_full_and_begin_with_a_document(documents: packing.Documents) -> None:
    rows = list(packing.rows(documents, 8, seed=3))
    assert rows
    for row in rows:
        assert row.shape == (8,)
        assert row[0] in (1, 4, 6)
        begins = np.flatnonzero(row == END) + 1
        assert all(row[i] in (1, 4, 6) for i in begins if i < 8)


def test_the_seed_fixes_the_order(documents: packing.Documents) -> None:
    def order(seed: int) -> list[int]:
        return np.concatenate(list(packing.rows(documents, 8, seed))).tolist()

    assert order(1) == order(1)
    assert order(1) != order(2)
