"""From scores to answers, shares with their interval, and the lab's own labelled sentences."""

import math
import re
from collections import Counter
from itertools import pairwise

import pytest

from lesson_core.learn import words
from lesson_core.theory import shares, zero_shot
from lesson_core.theory.labelled_sentences import place, sentences, spread, topics


def test_an_answer_is_the_largest_score_with_its_lead() -> None:
    found = zero_shot.answer([0.1, 0.4, 0.3], temperature=0.1)
    assert (found.best, found.second) == (1, 2)
    assert found.margin == pytest.approx(0.1)
    assert found.share == pytest.approx(1 / (1 + math.exp(-1) + math.exp(-3)))


def test_shares_sum_to_one_and_do_not_overflow() -> None:
    assert sum(zero_shot.shares([-1000.0, 0.0, 1000.0], 0.04)) == pytest.approx(1)
    assert zero_shot.shares([2.0, 2.0]) == [0.5, 0.5]


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = shares.interval(81, 263)  # Newcombe 1998, table I, method 3
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = shares.interval(0, 20)
    assert (low, round(high, 4)) == (0.0, 0.1611)
    assert shares.interval(20, 20)[1] == 1.0


def test_above_chance() -> None:
    assert shares.above_chance(0.25, 4) == 0
    assert shares.above_chance(1.0, 4) == 1
    assert shares.above_chance(0.75, 2) == pytest.approx(0.5)


def test_confusion_counts_rows_of_truth() -> None:
    assert shares.confusion([0, 1, 1], [0, 0, 1], 2) == [[1, 1], [0, 1]]


@pytest.mark.parametrize("lang", words.LANGUAGES)
class TestSentences:
    def test_there_are_enough_and_they_are_balanced(self, lang: str) -> None:
        found = sentences(lang)
        counts = Counter(sentence.topic for sentence in found)
        assert len(found) >= 300 and len(counts) >= 10
        assert len(set(counts.values())) == 1
        assert set(counts) == {topic.id for topic in topics(lang)}
        hard = Counter(sentence.topic for sentence in found if sentence.hard)
        assert set(hard.values()) == {6} and len(hard) == len(counts)

    def test_none_is_there_twice(self, lang: str) -> None:
        bare = [re.sub(r"[\W_]", "", sentence.text).lower() for sentence in sentences(lang)]
        assert [text for text, n in Counter(bare).items() if n > 1] == []
        # not by another ending either: the same beginning is the same sentence
        starts = sorted(bare)
        near = [(a, b) for a, b in pairwise(starts) if len(a) > 8 and b.startswith(a)]
        assert near == []

    def test_each_is_one_sentence_of_its_language(self, lang: str) -> None:
        for sentence in sentences(lang):
            han = len(re.findall("[\u4e00-\u9fff]", sentence.text))
            assert (han >= 5) if lang == "zh" else (han == 0), sentence.text
            assert sentence.text == sentence.text.strip()
            assert 8 <= len(sentence.text) <= 120, sentence.text
            assert re.search(r"[.?!。？！]$", sentence.text), sentence.text

    def test_a_plain_mind_cannot_cheat_by_names(self, lang: str) -> None:
        """Few sentences hold the name of their class: the labels are not given away."""
        names = {topic.id: topic.name.lower() for topic in topics(lang)}
        told = [s for s in sentences(lang) if names[s.topic] in s.text.lower()]
        assert len(told) / len(sentences(lang)) < 0.05

    def test_every_start_is_balanced(self, lang: str) -> None:
        ordered = spread(sentences(lang))
        assert sorted(map(place, ordered[:12])) == list(range(12))
        assert len(ordered) == len(sentences(lang))

    def test_topics_have_a_name_and_descriptions(self, lang: str) -> None:
        assert [topic.id for topic in topics(lang)] == [topic.id for topic in topics("en")]
        for topic in topics(lang):
            assert topic.name and len(topic.descriptions) == 3
            lines = zero_shot.lines(topic, lang, "described")
            assert all(text in line for text, line in zip(topic.descriptions, lines, strict=True))
            assert zero_shot.lines(topic, lang, "name") == (topic.name,)
