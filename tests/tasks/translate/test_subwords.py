"""Sentences as ids and back."""

from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.tasks.translate import subwords
from lesson_core.tasks.translate.pairs import Pair
from lesson_core.tasks.translate.subwords import EOS, SPECIAL, START, Subwords

PAIRS = [
    Pair("The dog saw Tom in Boston.", "狗在波士顿看见了汤姆。"),
    Pair("Did Tom think I see the dog?", "汤姆看见狗了吗？"),
    Pair("I think that Mary saw Tom. The dog did, too.", "我想玛丽看见了汤姆，狗也看见了。"),
    Pair("I don't think it's 7:30 in Boston.", "我想波士顿不是7:30。"),
] * 3


@pytest.fixture(scope="module")
def cut() -> Subwords:
    return subwords.learn(PAIRS, 200)


@pytest.mark.parametrize("pair", PAIRS[:4])
def test_there_and_back(cut: Subwords, pair: Pair) -> None:
    assert cut.decode(cut.encode([pair.english], "en")[0], "en") == pair.english
    assert cut.decode(cut.encode([pair.chinese], "zh")[0], "zh") == pair.chinese


def test_skipped_merges_change_the_cut_and_nothing_else(cut: Subwords) -> None:
    text = PAIRS[2].english
    whole = cut.encode([text], "en")[0]
    cuts = [tuple(cut.encode([text], "en", dropout=0.5)[0]) for _ in range(5)]
    assert len(set(cuts)) > 1
    assert all(len(ids) > len(whole) for ids in cuts)
    assert {cut.decode(ids, "en") for ids in cuts} == {text}
    assert cut.encode([text], "en")[0] == whole  # dropout does not stay on


def test_every_chinese_character_stands_alone(cut: Subwords) -> None:
    pieces = cut.pieces(cut.encode(["汤姆看见狗了吗？"], "zh")[0])
    assert pieces == list("汤姆看见狗了吗？")


def test_names_keep_their_capital(cut: Subwords) -> None:
    assert {"tom", "boston", "i"} <= cut.names
    assert "the" not in cut.names
    first = cut.encode(["The dog", "the dog", "Tom", "Boston"], "en")
    assert first[0] == first[1]
    assert cut.pieces(first[2])[0].startswith("▁T")


def test_sentences_start_with_a_capital() -> None:
    assert subwords.recapitalise("he left. why? so. e.g. 3.5") == "He left. Why? So. E.g. 3.5"
    names = frozenset({"tom"})
    assert subwords.decapitalise('The man. Tom left. "Why? No."', names) == (
        'the man. Tom left. "Why? no."'
    )


def test_control_words_are_only_text(cut: Subwords) -> None:
    ids = cut.encode(["<eos> <zh> <pad>"], "en")[0]
    assert not set(ids) & {0, EOS, *START.values()}
    assert cut.pieces([0, EOS, 2, 3, 4]) == [""] * len(SPECIAL)
    assert cut.decode([EOS, *START.values()], "en") == ""


def test_strange_text_is_survived(cut: Subwords) -> None:
    for text in ("", " ", "\ud800", "😀𠀀", "\x00", "ÆØÅ" * 50):
        for language in ("en", "zh"):
            assert isinstance(cut.decode(cut.encode([text], language)[0], language), str)


def test_saved_is_loaded(cut: Subwords, tmp_path: Path) -> None:
    cut.encode(["x"], "en", dropout=0.5)
    cut.save(tmp_path)
    again = Subwords.load(tmp_path)
    texts = [pair.english for pair in PAIRS]
    assert again.encode(texts, "en") == cut.encode(texts, "en")
    assert (again.names, again.size) == (cut.names, cut.size)
    (tmp_path / "names.json").unlink()
    with pytest.raises(LabError, match="model_files_missing"):
        Subwords.load(tmp_path)
