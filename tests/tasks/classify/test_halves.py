"""Two halves of labelled texts, and the shapes of one text."""

import numpy as np
import pytest

from lesson_core.tasks.classify import halves, shapes

TEXTS = [f"text {i}" for i in range(20)]
LABELS = ["b"] * 14 + ["a"] * 6  # sorted by class, as tables often are


def test_both_halves_hold_every_class_and_share_no_row() -> None:
    found = halves.split(TEXTS, LABELS, 50)
    assert found.names == ["a", "b"]
    assert sorted(found.learned.texts + found.asked.texts) == sorted(TEXTS)
    for half in (found.learned, found.asked):
        assert (half.labels.count(0), half.labels.count(1)) == (3, 7)
        truth = [found.names.index(LABELS[TEXTS.index(text)]) for text in half.texts]
        assert half.labels == truth
    assert found.repeated == 0


def test_any_beginning_of_the_asked_half_is_balanced() -> None:
    labels = halves.split(TEXTS, LABELS, 50).asked.labels
    assert sorted(labels[:2]) == [0, 1] and sorted(labels[:6]) == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("per_class", [1, 2, 5])
def test_few_examples_are_few_of_each(per_class: int) -> None:
    found = halves.split(TEXTS, LABELS, per_class)
    assert found.learned.labels.count(1) == per_class
    assert found.learned.labels.count(0) == min(3, per_class)
    assert len(found.asked.texts) == 10


def test_large_tables_are_cut_but_no_class_is_lost() -> None:
    labels = [str(i % 50) for i in range(2000)]
    found = halves.split([str(i) for i in range(2000)], labels, 50)
    assert len(found.learned.texts) == halves.MOST_LEARNED
    assert len(found.asked.texts) == halves.MOST_ASKED
    assert set(found.learned.labels) == set(found.asked.labels) == set(range(50))


def test_a_text_in_both_halves_is_counted() -> None:
    assert halves.split(["same", "same", "other", "else"], list("aabb"), 1).repeated == 1


def test_unseen_words() -> None:
    found = halves.split(["a", "b", "c", "d"], list("xxyy"), 1)
    assert halves.unseen_words(found, [["a", "b"], ["b"]], {"a"}) == pytest.approx(2 / 3)
    assert halves.unseen_words(found, [[]], set()) == 0.0


def test_one_text_has_no_axis_one() -> None:
    draw = np.random.default_rng(0)
    vectors, weights, bias = draw.normal(size=(5, 7)), draw.normal(size=(7, 3)), np.zeros(3)
    with pytest.raises(ValueError, match="axis 1"):
        shapes.as_written(vectors[0], weights, bias)
    found = shapes.broken(vectors, weights, bias, ["p", "q", "r"])
    assert "axis 1" in found.error
    assert (found.vector, found.weights, found.scores) == ([7], [7, 3], [3])
    assert (found.batch, found.found, found.wrong_axis) == ([1, 3], [1], [3])
    assert found.one_output == [0] and found.texts == 5
    scores = [sum(vectors[0][i] * weights[i][c] for i in range(7)) for c in range(3)]
    assert found.said == "pqr"[max(range(3), key=scores.__getitem__)]


def test_the_bias_counts() -> None:
    bias = np.array([0.0, 9.0])
    assert shapes.label_of(np.ones(2), np.zeros((2, 2)), bias, ["p", "q"]) == "q"
