"""Classes by description, on the real encoder: public test sets, and our own sentences."""

from pathlib import Path

import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.errors import LabError
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import labelled_sets, zero_shot
from lesson_core.tasks.public_topics import clinc_accuracy, sib_accuracy, sib_vectors
from lesson_core.theory.zero_shot import TEMPERATURE

pytestmark = pytest.mark.encoder
DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load(home.folder_of(ENCODER))


def there(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"the public data set {name} is not beside this checkout")
    return DATA


def test_a_class_is_the_mean_of_its_descriptions(encoder: SentenceEncoder) -> None:
    lines = [["a match", "players on a pitch"], ["rain"]]
    found = zero_shot.class_vectors(encoder, lines)
    first = encoder.encode(lines[0]).vectors.mean(dim=0)
    torch.testing.assert_close(found[0], first / first.norm())
    torch.testing.assert_close(found.norm(dim=1), torch.ones(2))


def test_the_nearest_class_wins(encoder: SentenceEncoder) -> None:
    texts = ["The striker scored twice.", "It poured all day."]
    near = zero_shot.classify(encoder, texts, [["rain"], ["football"]])
    assert near.argmax(dim=1).tolist() == [1, 0]


def test_sib200_in_english_and_in_chinese(encoder: SentenceEncoder) -> None:
    data = there("sib200")
    assert sib_accuracy(encoder, data, "en") >= 0.72
    chinese = sib_accuracy(encoder, data, "zh")
    assert 1 / 7 < chinese < 0.5  # the encoder reads names and digits at best


def test_clinc_with_twenty_random_intents(encoder: SentenceEncoder) -> None:
    draws = clinc_accuracy(encoder, there("clinc150"), draws=3)
    assert sum(draws) / len(draws) >= 0.85


def test_the_temperature_is_the_likeliest_on_other_sentences(encoder: SentenceEncoder) -> None:
    cosines, right = sib_vectors(encoder, there("sib200"), "en", "train")

    def loss(temperature: float) -> float:
        return float(torch.nn.functional.cross_entropy(cosines / temperature, right))

    tried = [TEMPERATURE * factor for factor in (0.7, 0.85, 1.0, 1.2, 1.4)]
    assert min(tried, key=loss) == pytest.approx(TEMPERATURE)


def test_with_the_classes_shuffled_nothing_is_left(encoder: SentenceEncoder) -> None:
    """A known-wrong twin: each column of scores under another class's name."""
    cosines, right = sib_vectors(encoder, there("sib200"), "en", "test")
    shuffled = cosines.roll(3, dims=1)
    assert float((shuffled.argmax(dim=1) == right).double().mean()) < 1 / 7


def test_a_missing_set_is_named() -> None:
    with pytest.raises(LabError) as problem:
        labelled_sets.sib200(Path("/nowhere"), "en", "test")
    assert problem.value.code == "data_missing"
