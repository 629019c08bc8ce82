"""Counted logs against a cache written out by hand; the log itself against its law."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.serve import counting, hit_rates
from lesson_core.serve.request_log import WORDINGS, pool
from lesson_core.theory.caching import EVICTIONS, Eviction

LOGS = st.lists(st.integers(0, 7), min_size=1, max_size=50)
QUESTIONS = [0, 0, 1, 1, 2, 2, 3, 3]  # two wordings each
SAME_TOPIC = np.kron(np.eye(4), np.ones((2, 2))) * 0.9 + 0.1 * np.eye(8)
NOTHING_ALIKE = np.eye(8)


@given(LOGS, st.integers(1, 8))
def test_lru_by_hand(log: list[int], room: int) -> None:
    line: list[int] = []
    expected = []
    for text in log:
        expected.append(text in line)
        line = [text, *(other for other in line if other != text)][:room]
    found = counting.exact(log, "lru", room, 100)
    assert list(found.hits) == expected
    assert set(found.inside) == set(line)
    assert found.wrong_rate == 0


@given(LOGS, st.integers(1, 8), st.sampled_from(EVICTIONS))
def test_where_nothing_is_alike_the_semantic_cache_is_the_exact_one(
    log: list[int], room: int, policy: Eviction
) -> None:
    found = counting.semantic(log, QUESTIONS, NOTHING_ALIKE, 0.5, policy, room, 20)
    assert found == counting.exact(log, policy, room, 20)


@given(LOGS, st.integers(1, 8))
def test_a_cache_that_understands_is_never_wrong(log: list[int], room: int) -> None:
    found = counting.semantic(log, QUESTIONS, SAME_TOPIC, 0.8, "lru", room, 100)
    assert found.wrong_rate == 0
    if room >= 4:  # one entry per question is enough
        asked = [QUESTIONS[text] for text in log]
        assert list(found.hits) == [q in asked[:i] for i, q in enumerate(asked)]


@given(LOGS)
def test_a_threshold_of_zero_answers_everything_with_something(log: list[int]) -> None:
    found = counting.semantic(log, QUESTIONS, SAME_TOPIC, 0.0, "lru", 8, 100)
    assert found.hits == (False, *[True] * (len(log) - 1))
    assert list(found.wrong) == [QUESTIONS[text] != QUESTIONS[log[0]] for text in log]


def test_the_nearest_one_answers_and_not_the_first() -> None:
    alike = np.array([[1, 0.8, 0.7], [0.8, 1, 0.95], [0.7, 0.95, 1]], dtype=np.float32)
    found = counting.semantic([0, 1, 2], [0, 1, 1], alike, 0.9, "lru", 3, 100)
    assert found.hits == (False, False, True)
    assert found.wrong == (False, False, False)


def test_prefixes_by_hand() -> None:
    a, b = list(range(8)), [*range(4), 90, 91, 92, 93]
    found = counting.prefixes([a, a, b, [*a, 9], [5]], 16, 4)
    assert found == [0, 4, 4, 8, 0]  # the last token is always left to run


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_log_follows_its_law(lang: str) -> None:
    asked = pool(lang)
    assert sum(asked.chances(1.0)) == pytest.approx(1)
    log = asked.draw(20_000, 1.0, seed=3)
    assert log == asked.draw(20_000, 1.0, seed=3)
    assert log != asked.draw(20_000, 1.0, seed=4)
    questions = Counter(asked.texts[text].question for text in log)
    for rank in (2, 4):
        assert questions[0] / questions[rank - 1] == pytest.approx(rank, rel=0.15)
    first = Counter(text for text in log if asked.texts[text].question == 0)
    shares = [first[text] / questions[0] for text in range(len(WORDINGS))]
    assert shares == pytest.approx(list(WORDINGS), abs=0.03)


def test_both_languages_ask_the_same_number_of_questions() -> None:
    english, chinese = pool("en"), pool("zh")
    assert len(english.texts) == len(chinese.texts) == len(WORDINGS) * english.questions
    for one in (english, chinese):
        assert len({asked.text for asked in one.texts}) == len(one.texts)
        assert all(asked.topic in one.pages for asked in one.texts)


def test_the_curves_of_the_page_lie_on_their_laws() -> None:
    for curve in hit_rates.curves("en", 1.0, 200):
        for (room, mean, least, most), (same, expected) in zip(
            curve.counted, curve.expected, strict=True
        ):
            assert room == same
            assert least <= mean <= most
            if curve.policy == "lfu" and room < 4:
                continue  # whoever comes last is inside, however rare: the law asks too much
            slack = 0.08 if curve.policy == "lfu" else 0.025
            assert expected - slack < mean < expected + 0.025, (curve.policy, room)


def test_many_logs_scatter_around_the_law() -> None:
    rates = hit_rates.many("en", 1.0, "lru", 20, 200)
    assert len(rates) == hit_rates.MANY_LOGS
    assert len(set(rates)) > 20
