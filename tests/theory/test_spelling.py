"""Which words an exact look-up may find, from their spelling."""

import pytest

from lesson_core.theory import lab_texts, spelling


@pytest.mark.parametrize(
    ("word", "kind"),
    [("dog", "plain"), ("Dog", "capital"), ("DOG", "capital"), ("dog,", "punctuation"),
     ("don't", "punctuation"), ("Dog.", "both"), ("U.S.", "both"), ("x2", "punctuation"),
     ("2:4", "other"), ("—", "other"), ("狗", "other"), ("", "other")],
)  # fmt: skip
def test_every_word_has_one_kind(word: str, kind: str) -> None:
    assert spelling.spelling(word) == kind


def test_the_shares_of_all_kinds_make_one() -> None:
    words = lab_texts.lab_text("en").split()
    shares = [spelling.findable(words, (kind,)) for kind in spelling.SPELLINGS]
    assert sum(shares) == pytest.approx(1)
    assert spelling.findable(words, ("plain", "capital")) == pytest.approx(shares[0] + shares[1])
    assert spelling.findable([]) == 0
