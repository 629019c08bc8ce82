"""Byte-pair encoding: the example worked by hand, and what holds for every text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.text.bpe import BPE, merge, split_words, train

TEXT = "the cat sat on the mat; the hat sat there. 猫坐在垫子上，垫子上有猫。 123 123 😀😀"
TRAINED = train(TEXT, 290)


def test_the_example_worked_by_hand() -> None:
    """aaabdaaabac → ZabdZabac → YbdYbac → XdXac, with Z=aa, Y=Za, X=Yb (ties: the higher ids)."""
    bpe = train("aaabdaaabac", 259)
    assert bpe.encode("aaabdaaabac") == [258, 100, 258, 97, 99]
    assert [bpe.vocab[i] for i in (256, 257, 258)] == [b"aa", b"aaa", b"aaab"]


def test_merge() -> None:
    assert merge([1, 2, 3, 1, 2], (1, 2), 4) == [4, 3, 4]
    assert merge([1, 1, 1], (1, 1), 2) == [2, 1]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert TRAINED.decode(TRAINED.encode(text)) == text


@given(st.binary())
def test_any_bytes_come_back(raw: bytes) -> None:
    assert b"".join(TRAINED.vocab[byte] for byte in raw) == raw


@given(st.text())
def test_words_are_the_text(text: str) -> None:
    assert "".join(split_words(text)) == text


@given(st.text(alphabet="the cast on", max_size=30))
def test_steps_lead_from_bytes_to_tokens(text: str) -> None:
    steps = list(TRAINED.merge_steps(text))
    assert steps[0].tokens == tuple(bytes([byte]) for byte in text.encode())
    assert steps[-1].tokens == tuple(TRAINED.vocab[i] for i in TRAINED.encode(text))
    for before, after in pairwise(steps):
        assert after.pair is not None
        assert len(after.tokens) < len(before.tokens)
        assert b"".join(after.pair) in after.tokens
        assert b"".join(after.tokens) == text.encode()


def test_training_stops_when_nothing_is_left_to_merge() -> None:
    assert train("ab", 1000).merges == {(97, 98): 256}


def test_surrogates_become_replacement_characters() -> None:
    assert BPE({}).decode(BPE({}).encode("a\ud800")) == "a\ufffd"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'm 42, ok", ["I", "'m", " 42", ",", " ok"]),
        ("a  b\n\n", ["a", " ", " b", "\n\n"]),
        ("x² 你好!!", ["x", "²", " 你好", "!!"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert list(split_words(text)) == words
