"""Analogy questions in batches: the counts of gensim, which answers one at a time."""

import random

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.tasks import analogies, vectors

WORDS = [f"w{i}" for i in range(80)]


@pytest.fixture(scope="module")
def some() -> KeyedVectors:
    """Words whose vectors differ in length, so that dividing by it matters."""
    found, chance = KeyedVectors(100), np.random.default_rng(3)
    sizes = chance.uniform(0.2, 5, size=(len(WORDS), 1))
    matrix = chance.normal(size=(len(WORDS), 100)) * sizes + chance.normal(size=100)
    found.add_vectors(WORDS, matrix.astype(np.float32))
    return found


def questions(some: KeyedVectors) -> list[str]:
    """Two thirds with the word that is nearest as their answer, the rest with some other word."""
    chance, lines = random.Random(1), [": one heading"]
    for i in range(3 * analogies.AT_ONCE + 5):
        a, b, c = chance.sample(WORDS, 3)
        nearest = vectors.analogy(some, [a, b, c])[0][0]
        wanted = nearest if i % 3 else chance.choice([a, b, c, *WORDS])
        lines.append(f"{a.upper()} {b} {c} {wanted}")
    return [*lines, "w1 w2 unknown w3", ": another", "w1 w2 w3 Unknown", "w1 w2 w3", ""]


def test_the_counts_are_those_of_gensim(some: KeyedVectors, tmp_path) -> None:
    lines = questions(some)
    (tmp_path / "questions.txt").write_text("\n".join(lines[:-2]), "utf-8")  # gensim logs bad lines
    share, sections = some.evaluate_word_analogies(str(tmp_path / "questions.txt"))
    right, wrong = (len(sections[-1][kind]) for kind in ("correct", "incorrect"))
    found = analogies.told(some, lines)
    assert found == (right, right + wrong, right + wrong + 2)
    assert 0.6 < share < 0.8  # both kinds of answers are there


def test_the_three_words_themselves_are_no_answer(some: KeyedVectors) -> None:
    assert analogies.told(some, ["w1 w2 w3 w2"]) == (0, 1, 1)
    assert vectors.analogy_of_all(some, ["w1", "w2", "w2"]) == "w2"  # where they may be


def test_glove_itself() -> None:
    if not home.is_ready(WORD_VECTORS):
        pytest.skip("glove-100 is not here: python -m lesson_core.artefacts fetch glove-100")
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    lines = ["Athens Greece Tokyo Japan", "man woman king queen", "dog dogs cat cats"]
    assert analogies.told(glove, [*lines, "man woman king prince"]) == (3, 4, 4)
