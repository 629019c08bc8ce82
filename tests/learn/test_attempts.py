"""Attempts out of what was said: states, seeds, and values that somebody made up."""

import pytest

from lesson_core.learn import attempts
from lesson_core.schema.answers import Answer, AnswerKind


def said(value: object, key: str = "perplexity", kind: AnswerKind = "attempt") -> Answer:
    return Answer(uuid="u", learner="l", page="workbench", kind=kind, key=key, value=value,
                  created_at="2026-11-23T08:00:00+00:00")  # fmt: skip


def tried(passed: bool, hints: int = 0) -> dict[str, object]:
    return attempts.value("pass", passed=passed, mistake="", seed=1, tier="A", hints=hints)


def test_solved_stays_solved_and_other_problems_are_told_apart() -> None:
    everything = [said(tried(True)), said(tried(False)), said(tried(False), "rope"),
                  said({"correct": True}, "kv-cache.a", "answer")]  # fmt: skip
    assert attempts.states(everything) == {"perplexity": "solved", "rope": "tried"}


def test_the_seed_stays_until_an_attempt_passes() -> None:
    values = [tried(False), tried(False), tried(True), tried(False)]
    seeds = [attempts.seed_of(attempts.attempts(map(said, values[:n]), "perplexity"))
             for n in range(5)]  # fmt: skip
    assert seeds == [1, 1, 1, 2, 2]


def test_the_hints_that_were_read_are_remembered() -> None:
    found = attempts.attempts([said(tried(False, 2)), said(tried(False, 1))], "perplexity")
    assert attempts.hints_read(found) == 2 and attempts.hints_read([]) == 0


@pytest.mark.parametrize(
    "value",
    [None, "code", {}, {"code": 3, "passed": True}, {"code": "x", "passed": 1},
     {"code": "x" * (attempts.LONGEST + 1), "passed": True}],
)  # fmt: skip
def test_what_is_no_attempt_is_left_out(value: object) -> None:
    assert attempts.attempts([said(value)], "perplexity") == []
    assert attempts.states([said(value)]) == {}


def test_made_up_details_do_no_harm() -> None:
    value = {"code": "a\ud800", "passed": False, "hints": -5, "mistake": ["x"] * 99}
    found = attempts.attempts([said(value)], "perplexity")[0]
    assert found.hints == 0 and len(found.mistake) <= 80
    assert found.code.encode()
