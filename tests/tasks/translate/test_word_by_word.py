"""The dictionaries: what they learn, and why they fail."""

from pathlib import Path

import pytest

from lesson_core.tasks.translate import by_vectors, word_by_word
from lesson_core.tasks.translate.pairs import Pair
from lesson_core.tasks.translate.word_by_word import NOTHING, Lexicon, model_one, tokens
from tests.tasks.translate import toy

PAIRS = toy.pairs(300)


@pytest.fixture(scope="module", params=[word_by_word, by_vectors])
def lexicon(request: pytest.FixtureRequest) -> Lexicon:
    """Learned by alignment, and by nearest vectors."""
    if request.param is by_vectors:
        return by_vectors.learn(PAIRS, width=13)
    return word_by_word.learn(PAIRS)


def test_model_one_on_the_textbook_example() -> None:
    """das Haus / the house, das Buch / the book, ein Buch / a book."""
    text = [("das haus", "the house"), ("das buch", "the book"), ("ein buch", "a book")]
    chances = model_one([(s.split(), t.split()) for s, t in text], rounds=30)
    assert chances["buch"]["book"] > 0.8
    assert chances["das"]["the"] > 0.8
    assert chances["haus"]["house"] > chances["haus"]["the"]
    for row in chances.values():
        assert sum(row.values()) == pytest.approx(1.0)
    assert NOTHING in chances


def test_each_noun_finds_its_partner(lexicon: Lexicon) -> None:
    for english, chinese in toy.WORDS.items():
        assert lexicon.to["zh"][english] == chinese
        assert lexicon.to["en"][chinese] == english


def test_it_keeps_the_order_of_the_source(lexicon: Lexicon) -> None:
    """The toy language turns the order round; a dictionary cannot know."""
    pair = next(pair for pair in PAIRS if len(pair.chinese) == 4)
    found = lexicon.translate(pair.english, "zh")
    nouns = [zh for word, zh in found if word in toy.WORDS]
    assert "".join(reversed(nouns)) == pair.chinese[:-1]
    assert lexicon.text(pair.english, "zh") != pair.chinese


def test_it_cannot_supply_a_word_without_a_partner(lexicon: Lexicon) -> None:
    """No Chinese token stands for "the", so no "the" comes back."""
    assert lexicon.text("狗猫。", "en").lower().split()[0] in ("dog", "the")
    assert "the dog the cat" not in lexicon.text("狗猫。", "en").lower()


def test_unknown_words_are_passed_through(lexicon: Lexicon) -> None:
    assert ("zebra", "zebra") in lexicon.translate("the zebra", "zh")
    assert lexicon.text("", "zh") == ""


def test_chinese_is_cut_at_the_longest_word() -> None:
    known = frozenset({"图书", "图书馆", "我们"})
    assert tokens("我们去图书馆，7点Tom", "zh", known) == [
        "我们",
        "去",
        "图书馆",
        "，",
        "7",
        "点",
        "Tom",
    ]
    assert tokens("Don't go, Tom!", "en", known) == ["Don't", "go", ",", "Tom", "!"]


def test_words_are_runs_that_hold_together() -> None:
    others = "我你他看去买有爱天地人大小上下左右前后中"
    ends = [*others, "图书馆", "葡萄"]
    sentences = [a + b + c for a in others for b in others for c in ends]
    found = word_by_word.words_of(sentences)
    assert {"图书馆", "葡萄"} <= found
    assert "我看" not in found


def test_names_are_spelled_as_in_the_text() -> None:
    spelled = word_by_word.spelling(["I saw Tom and the dog.", "The cat saw the dog."])
    assert (spelled["tom"], spelled["the"], spelled["dog"]) == ("Tom", "the", "dog")


def test_saved_is_loaded(lexicon: Lexicon, tmp_path: Path) -> None:
    lexicon.save(tmp_path / "x.json")
    assert Lexicon.load(tmp_path / "x.json") == lexicon


def test_pairs_in_both_directions_make_one_lexicon() -> None:
    lexicon = word_by_word.learn([Pair("A dog.", "狗。"), Pair("A cat.", "猫。")] * 4)
    assert lexicon.text("Dog.", "zh") == "狗。"
