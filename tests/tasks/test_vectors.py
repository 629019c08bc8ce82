"""A string as 100 numbers: never NaN, blind to order, kind to what it does not know."""

from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from lesson_core.artefacts import home, manifest, word_vectors
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.errors import LabError
from lesson_core.tasks import vectors

WORDS = ["the", "dog", "bites", "man", "woman", "king", "queen", "a", "paris"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> KeyedVectors:
    """Nine words; queen = king − man + woman, all else is noise."""
    folder = tmp_path_factory.mktemp("vectors")
    matrix = np.random.default_rng(4).normal(size=(len(WORDS), 100)).astype(np.float32)
    matrix[6] = matrix[5] - matrix[3] + matrix[4]
    np.save(folder / word_vectors.MATRIX, matrix)
    word_vectors._write(folder / word_vectors.WORDS, WORDS)
    return vectors.load(folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "?!…",
        "the",
        "zzz qqq",
        "狗咬人",
        "🙂",
        "The DOG, bites!",
        "dog 狗 mixed",
        "\ud800",
    ],
)
@pytest.mark.parametrize("policy", ["skip", "zero"])
def test_always_a_hundred_finite_numbers(tiny, text: str, policy) -> None:
    found = vectors.string_to_vector(tiny, text, policy)
    assert found.vector.shape == (100,)
    assert np.isfinite(found.vector).all()
    assert found.empty == (not found.vector.any())


def test_it_is_the_mean(tiny) -> None:
    found = vectors.string_to_vector(tiny, "The dog. The MAN?")
    expected = (2 * tiny["the"] + tiny["dog"] + tiny["man"]) / 4
    np.testing.assert_allclose(found.vector, expected, rtol=1e-5)
    assert found.known == ["the", "dog", "the", "man"] and found.unknown == []


def test_the_policies_differ_by_the_unknown_words(tiny) -> None:
    text = "dog zzz man qqq"
    skipped = vectors.string_to_vector(tiny, text, "skip")
    zeros = vectors.string_to_vector(tiny, text, "zero")
    np.testing.assert_allclose(zeros.vector * 2, skipped.vector)
    assert skipped.unknown == ["zzz", "qqq"]
    with pytest.raises(LabError) as problem:
        vectors.string_to_vector(tiny, text, "refuse")
    assert problem.value.values == {"words": "zzz, qqq", "n": 2}


def test_the_usual_three_lines_fail_on_case_punctuation_and_nothing(tiny) -> None:
    for text in ("", "Dog", "dog, zzz"):
        assert np.isnan(vectors.as_written(tiny, text)).all()
        assert not np.isnan(vectors.string_to_vector(tiny, text).vector).any()
    usual = vectors.as_written(tiny, "dog bites man")
    np.testing.assert_allclose(
        usual, vectors.string_to_vector(tiny, "dog bites man").vector, rtol=1e-5
    )


def test_order_is_invisible_to_the_last_bit(tiny) -> None:
    one, other = ("dog bites the man a man", "a man man the bites dog")
    first, second = (vectors.string_to_vector(tiny, text).vector for text in (one, other))
    assert (first == second).all()


def test_full_width_letters_are_letters(tiny) -> None:
    assert vectors.words_of("Ｄｏｇ’s 2ｎｄ") == ["dog", "s", "2nd"]


def test_cosine_of_nothing_is_none(tiny) -> None:
    empty = vectors.string_to_vector(tiny, "").vector
    assert vectors.cosine(empty, tiny["dog"]) is None
    assert vectors.cosine(tiny["dog"], tiny["dog"]) == pytest.approx(1)
    assert vectors.cosine(tiny["dog"], -tiny["dog"]) == pytest.approx(-1)


def test_neighbours_and_analogies_against_plain_arithmetic(tiny) -> None:
    assert vectors.analogy(tiny, ["man", " Woman ", "KING"])[0][0] == "queen"
    unit = {word: tiny[word] / np.linalg.norm(tiny[word]) for word in WORDS}
    aim = unit["woman"] - unit["man"] + unit["king"]
    nearest = max(WORDS, key=lambda word: vectors.cosine(aim, unit[word]))
    assert vectors.analogy_of_all(tiny, ["man", "Woman", "king"]) == nearest
    found = vectors.neighbours(tiny, "Dog", n=3)
    expected = sorted(
        ((w, vectors.cosine(tiny["dog"], tiny[w])) for w in WORDS if w != "dog"),
        key=lambda pair: -pair[1],
    )
    assert [word for word, _ in found] == [word for word, _ in expected[:3]]
    for ask in (lambda: vectors.neighbours(tiny, "狗"), lambda: vectors.analogy(tiny, "abc")):
        with pytest.raises(LabError):
            ask()


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_the_plane_keeps_distances_as_far_as_it_can(n: int) -> None:
    points = np.random.default_rng(1).normal(size=(n, 100))
    flat, share = vectors.plane(points)
    assert flat.shape == (n, 2) and 0 < share <= 1 + 1e-12
    if n <= 3:  # three points lie in a plane
        assert share == pytest.approx(1)
        gaps = np.linalg.norm(points[:, None] - points, axis=-1)
        np.testing.assert_allclose(np.linalg.norm(flat[:, None] - flat, axis=-1), gaps, atol=1e-9)


def test_glove_itself() -> None:
    if not home.is_ready(WORD_VECTORS):
        pytest.skip("glove-100 is not here: python -m lesson_core.artefacts fetch glove-100")
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    assert glove.vectors.shape == (341_479, 100)
    assert isinstance(glove.vectors, np.memmap)
    assert vectors.analogy(glove, ["man", "woman", "king"])[0][0] == "queen"
    assert vectors.string_to_vector(glove, "狗咬人").empty
    assert {"cat", "dogs"} <= {word for word, _ in vectors.neighbours(glove, "dog")}
    assert Path(glove.vectors.filename).name == word_vectors.MATRIX
