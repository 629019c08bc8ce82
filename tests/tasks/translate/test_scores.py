"""BLEU and chrF are the corpus's, with the right tokenizer."""

import pytest

from lesson_core.tasks.translate.scores import score


def test_the_right_text_has_the_full_score() -> None:
    found = score(["我喜欢猫。", "他在哪里？"], ["我喜欢猫。", "他在哪里？"], "zh")
    assert (found.bleu, found.chrf) == pytest.approx((100, 100))
    assert found.sentences == 2


def test_each_language_has_its_tokenizer() -> None:
    """With English's tokenizer a Chinese sentence is one word and nearly right is all wrong."""
    written, wanted = ["我今天很喜欢那只猫。"], ["我今天不喜欢那只猫。"]
    assert "tok:zh" in score(written, wanted, "zh").signature
    assert "tok:13a" in score(written, wanted, "en").signature
    assert score(written, wanted, "zh").bleu > 50 > score(written, wanted, "en").bleu


def test_it_is_not_the_mean_of_sentences() -> None:
    written = ["the cat sat on the mat today .", "no"]
    wanted = ["the cat sat on the mat today .", "it is raining again in the old town ."]
    together = score(written, wanted, "en").bleu
    apart = [score([a], [b], "en").bleu for a, b in zip(written, wanted, strict=True)]
    assert abs(together - sum(apart) / 2) > 5
