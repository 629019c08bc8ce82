"""Reading, spelling and splitting the sentence pairs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.tasks.translate import pairs
from lesson_core.tasks.translate.pairs import Pair

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "cmn_eng" / "cmn.txt"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("他將離開這裡。", "他将离开这里。"),
        ("我买了3.5公斤,好吗?", "我买了3.5公斤，好吗？"),
        ("你認識Tom 嗎？", "你认识Tom吗？"),
        ("「你好！」她說。", '"你好！"她说。'),
        ("這是甚麼?", "这是什么？"),
        ("妳終於來了。", "你终于来了。"),
        ("這蠅很小。", "这蠅很小。"),  # the table does not know it: it stays, and so does the pair
        ("  我 很 好 。 ", "我很好。"),
    ],
)
def test_chinese_gets_one_spelling(raw: str, clean: str) -> None:
    assert pairs.normalise_chinese(raw) == clean
    assert pairs.normalise_chinese(clean) == clean


def test_english_only_loses_curls_and_spaces() -> None:
    assert pairs.normalise_english("  I’m  “cold” . ") == 'I\'m "cold" .'


def test_a_line_becomes_a_pair_with_its_authors(tmp_path: Path) -> None:
    file = tmp_path / "cmn.txt"
    file.write_text(
        "Hi.\t嗨。\tCC-BY 2.0 (France) Attribution: tatoeba.org #538123 (CM) & #891077 (Martha)\n",
        encoding="utf-8",
    )
    assert pairs.read(file) == [Pair("Hi.", "嗨。", ("CM", "Martha"))]
    assert pairs.read(file)[0].text("en") == "Hi."
    assert pairs.read(file)[0].text("zh") == "嗨。"


def test_the_split_is_written_in_stone() -> None:
    """If these change, a model was trained on what is now its test."""
    sides = [pairs.side(s) for s in ("Hi.", "Run.", "Back off!", "They want this.", "Stay calm.")]
    assert sides == ["train", "test", "valid", "test", "train"]


@given(st.text(max_size=30))
def test_punctuation_and_capitals_do_not_move_a_sentence(text: str) -> None:
    assert pairs.side(text) == pairs.side(f" {text}!? ")
    assert pairs.side("I'm cold.") == pairs.side("i'm cold") == pairs.side("IM COLD")


def test_sides_have_their_share() -> None:
    drawn = [pairs.side(f"sentence {n}") for n in range(5000)]
    assert 0.03 < drawn.count("test") / 5000 < 0.05
    assert 0.013 < drawn.count("valid") / 5000 < 0.027


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not on this machine")
def test_no_english_sentence_is_on_both_sides() -> None:
    everything = pairs.read(DATA)
    keys = {
        side: {pairs.key(pair.english) for pair in pairs.on_side(everything, side)}
        for side in ("train", "valid", "test")
    }
    assert not keys["train"] & keys["test"]
    assert not keys["train"] & keys["valid"]
    assert not keys["valid"] & keys["test"]
    assert sum(len(pairs.on_side(everything, side)) for side in keys) == len(everything) == 27225
