"""Every problem: the reference passes, known mistakes fail and are named, the words are whole."""

import pytest

from lesson_core.learn import bank, catalogue
from lesson_core.learn.check_problems import faults
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import grade, prepare
from lesson_core.learn.problems.problem import load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.run import Job, Outcome, Sandbox


def run(job: Job, torch: bool = False) -> Outcome:
    tier = tiers.decide(False, tiers.probes()).tier
    assert tier is not None
    return Sandbox(plan(tier, SHARED.but(wall_s=60.0), torch=torch)).run(job)


@pytest.mark.parametrize("problem_id", shelf.IDS)
def test_reference_passes_and_known_mistakes_are_named(problem_id: str) -> None:
    assert list(faults(load(problem_id), (1,), run)) == []


@pytest.mark.parametrize("problem_id", shelf.IDS)
def test_the_words_name_what_exists(problem_id: str) -> None:
    words = load(problem_id).words
    assert words.topic in bank.topics()
    assert words.sources and set(words.sources) <= set(bank.sources())
    catalogue.lesson(words.lesson)


def test_the_same_seed_asks_the_same_and_another_asks_something_else() -> None:
    problem = load("perplexity")
    assert problem.task(5) == problem.task(5) != problem.task(6)


def test_a_mistake_that_nobody_knows_is_not_given_a_name() -> None:
    key = prepare(load("perplexity"), 1, run)
    found = grade(key, "def perplexity(batches):\n    return 7.0", run)
    assert not found.passed and found.mistake == "" and found.failed is not None
