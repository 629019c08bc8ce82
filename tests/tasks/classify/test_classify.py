"""Classifiers on a toy task that each of them can solve, and on CLINC-150."""

from pathlib import Path

import numpy as np
import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import labelled_sets
from lesson_core.tasks.classify import by_likelihood, linear
from lesson_core.tasks.classify.classifier import Classifier, measured
from lesson_core.tasks.classify.fine_tuned import FineTuned
from tests.experiments.fake_lab import byte_tokenizer, tiny_model

DATA = Path(__file__).parents[4] / "shared" / "data"
FOOD = ["soup", "bread", "cheese", "apple", "butter"]
SEA = ["ship", "wave", "harbour", "sailor", "storm"]
TEXTS = [f"the {a} and the {b}" for words in (FOOD, SEA) for a in words for b in words if a != b]
LABELS = [0] * 20 + [1] * 20
LEARN, ASK = slice(None, None, 2), slice(1, None, 2)


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load(home.folder_of(ENCODER))


def ticks() -> float:
    ticks.now += 0.5  # type: ignore[attr-defined]
    return ticks.now  # type: ignore[attr-defined, no-any-return]


ticks.now = 0.0  # type: ignore[attr-defined]


def check(one: Classifier) -> None:
    one.fit(TEXTS[LEARN], LABELS[LEARN])
    shares = one.shares(TEXTS[ASK])
    assert shares.shape == (20, 2)
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(20), check_dtype=False)
    found = measured(one, TEXTS[ASK], LABELS[ASK], ticks, timed=5)
    assert found.accuracy >= 0.9
    assert found.seconds == pytest.approx(0.1)  # half a second by that clock, five texts
    assert 0 <= found.ece <= 1 and found.bytes > 0 and len(found.said) == 20
    wrong = measured(one, TEXTS[ASK], LABELS[ASK][::-1], ticks, timed=1)
    assert wrong.accuracy == pytest.approx(1 - found.accuracy)


def test_bag_of_words() -> None:
    check(linear.Words())


def test_bag_of_words_takes_what_it_never_saw() -> None:
    words = linear.Words()
    words.fit(TEXTS, LABELS)
    shares = words.shares(["", "zzz", "汤和面包"])
    assert torch.isfinite(shares).all()
    assert shares.max() < 0.9  # nothing known: nothing to be sure of


def test_chinese_characters_are_words() -> None:
    words = linear.Words()
    words.fit(["足球比赛", "看足球", "下雨天", "雨很大"], [0, 0, 1, 1])
    assert words.shares(["足球赛", "有雨"]).argmax(dim=1).tolist() == [0, 1]


def test_mean_vectors() -> None:
    table = {word: [i >= 5, i < 5, 0.1 * i] for i, word in enumerate(FOOD + SEA)}

    def vector(text: str) -> object:
        return np.mean([table.get(word, [0.5, 0.5, 0]) for word in text.split()], axis=0)

    check(linear.of_vectors(vector, 120))


@pytest.mark.encoder
def test_sentences(encoder: SentenceEncoder) -> None:
    check(linear.of_sentences(encoder))


@pytest.mark.encoder
def test_fine_tuning_moves_a_copy(encoder: SentenceEncoder) -> None:
    before = encoder.model.tokens.weight.clone()
    one = FineTuned(encoder)
    check(one)
    losses = [loss for _, _, loss in one.learn(TEXTS, LABELS, epochs=4)]
    assert losses[0] == pytest.approx(np.log(2), rel=1e-3)  # the head begins at nothing
    assert losses[-1] < 0.3
    assert torch.equal(before, encoder.model.tokens.weight)
    assert len(encoder.model.layers) == 6


def test_labels_by_likelihood(tmp_path: Path) -> None:
    model = tiny_model()
    one = by_likelihood.ByLikelihood(model, byte_tokenizer(tmp_path, chat=False), ["soup", "sea"])
    one.fit([], [])
    shares = one.shares(["a ship", "bread"])
    assert shares.shape == (2, 2)
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(2))
    without = one.shares([""])
    torch.testing.assert_close(without, torch.full((1, 2), 0.5))  # the prior alone says nothing


@pytest.mark.encoder
def test_clinc(encoder: SentenceEncoder) -> None:
    """A third of the intents here; all 150 are measured by the benchmark."""
    if not (DATA / "clinc150").exists():
        pytest.skip("the public data set clinc150 is not beside this checkout")
    train, test = (labelled_sets.clinc150(DATA, split) for split in ("train", "test"))  # type: ignore[arg-type]
    names = sorted({one.label for one in train})[::5]
    learn, ask = ([one for one in some if one.label in names] for some in (train, test))
    classifier = linear.of_sentences(encoder)
    classifier.fit([one.text for one in learn[::2]], [names.index(one.label) for one in learn[::2]])
    labels = [names.index(one.label) for one in ask]
    found = measured(classifier, [one.text for one in ask], labels, ticks, timed=1)
    assert found.accuracy >= 0.94 and found.ece < 0.1
