"""The model in the repository: it loads, it fits its description, it translates what it should."""

import json

import pytest
from safetensors.torch import load_file

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import Registry
from lesson_core.bench import abilities_translate
from lesson_core.tasks.translate import pairs
from lesson_core.tasks.translate.translator import FOLDER, Translator
from lesson_core.tasks.translate.word_by_word import Lexicon

REGISTERED = any(artefact.id == FOLDER for artefact in Registry.load().all())
pytestmark = pytest.mark.skipif(not REGISTERED, reason=f"{FOLDER} is not trained yet")


@pytest.fixture(scope="module")
def model() -> Translator:
    return Translator.load(manifest.checked_folder(FOLDER))


def test_size_and_files() -> None:
    folder = home.folder_of(FOLDER)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 40_000_000
    attribution = (folder / "ATTRIBUTION.txt").read_text("utf-8")
    assert "CC BY 2.0 FR" in attribution and "Martha" in attribution
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert config["model_type"] == "encoder_decoder"


@pytest.mark.parametrize(
    ("english", "characters"),
    [
        ("I like cats.", "我喜欢猫"),
        ("Tom is my friend.", "汤姆是我的朋友"),
        ("Where is he?", "他在哪"),
    ],
)
def test_simple_sentences_into_chinese(model: Translator, english: str, characters: str) -> None:
    written = model.translate(english, "zh").text
    assert len(set(characters) & set(written)) / len(set(characters)) >= 0.6, written


@pytest.mark.parametrize(
    ("chinese", "words"),
    [("我喜欢猫。", {"I", "like", "cats"}), ("汤姆是我的朋友。", {"Tom", "is", "my", "friend"})],
)
def test_simple_sentences_into_english(model: Translator, chinese: str, words: set[str]) -> None:
    written = set(model.translate(chinese, "en").text.rstrip(".").split())
    assert len(words & written) / len(words) >= 0.6, written


def test_it_looks_at_the_word_it_translates(model: Translator) -> None:
    """The alignment map means something: 猫 is written with an eye on "cats"."""
    found = model.translate("I like cats.", "zh")
    cats = next(n for n, piece in enumerate(found.source) if piece.startswith("▁cat"))
    for token in found.tokens:
        if token.piece == "猫":
            assert max(range(len(token.looks)), key=token.looks.__getitem__) == cats
            return
    pytest.fail(f"no 猫 in {found.text}")


def test_what_it_has_seen_is_listed_and_the_test_is_not() -> None:
    folder = home.folder_of(FOLDER)
    seen = set(load_file(folder / "seen.safetensors")["seen"].tolist())
    assert pairs.digest("Hi.") in seen
    assert pairs.side("They want this.") == "test"
    assert pairs.digest("They want this.") not in seen
    fresh = [pairs.Pair("They want this.", "他们想要这个。"), pairs.Pair("Hi.", "嗨。")]
    assert abilities_translate.unseen(fresh, folder) == fresh[:1]


def test_both_dictionaries_are_there() -> None:
    for name in ("vectors", "dictionary"):
        lexicon = Lexicon.load(home.folder_of(FOLDER) / f"{name}.json")
        assert lexicon.to["zh"]["dog"] == "狗"
        assert lexicon.to["en"]["狗"] == "dog"
