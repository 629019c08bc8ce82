"""Every problem: the reference passes, known mistakes fail and are named, the words are whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.learn import bank, catalogue
from lesson_core.learn.check_problems import faults
from lesson_core.learn.judge import Case, Run
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import grade, prepare
from lesson_core.learn.problems.problem import Probe, Problem, broken, load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.schema.question import Said

SAID = Said(en="x", zh="x")


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A pool's: while one sandbox runs, the next one imports PyTorch."""
    tier = tiers.decide(False, tiers.probes()).tier
    assert tier is not None
    pool = Pool(lambda torch: plan(tier, SHARED.but(wall_s=60.0), torch=torch))
    yield pool.run
    pool.close()


@pytest.mark.parametrize("problem_id", shelf.IDS)
def test_reference_passes_and_known_mistakes_are_named(problem_id: str, run: Run) -> None:
    assert list(faults(load(problem_id), (1,), run)) == []


@pytest.mark.parametrize("problem_id", shelf.IDS)
def test_the_words_name_what_exists(problem_id: str) -> None:
    words = load(problem_id).words
    assert words.topic in bank.topics()
    assert words.sources and set(words.sources) <= set(bank.sources())
    catalogue.lesson(words.lesson)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_mistakes_are_told_in_the_same_words(lang: str) -> None:
    """They stand side by side in puzzles."""
    told = [getattr(said, lang) for one in shelf.every() for said in one.words.wrong.values()]
    assert [text for text in set(told) if told.count(text) > 1] == []


def test_the_same_seed_asks_the_same_and_another_asks_something_else() -> None:
    problem = load("perplexity")
    assert problem.task(5) == problem.task(5) != problem.task(6)


def test_a_mistake_that_nobody_knows_is_not_given_a_name(run: Run) -> None:
    key = prepare(load("perplexity"), 1, run)
    found = grade(key, "def perplexity(batches):\n    return 7.0", run)
    assert not found.passed and found.mistake == "" and found.failed is not None


def test_code_that_is_no_python_fails_as_a_whole(run: Run) -> None:
    key = prepare(load("perplexity"), 1, run)
    found = grade(key, "def perplexity(batches)", run)
    assert not found.passed and found.wrong == () and found.failed is None


class TestWork:
    """A problem where the values of a mistake are right and only its work is too much."""

    @pytest.fixture
    def problem(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Problem:
        files = {
            "reference.py": "def add(n):\n    return n * (n + 1) // 2",
            "starter.py": "def add(n): ...",
            "wrong/loop.py": "def add(n):\n    s = 0\n    for k in range(n + 1):\n"
            "        s += k\n    return s",
            "wrong/off_by_one.py": "def add(n):\n    return n * (n - 1) // 2",
        }  # fmt: skip
        for name, code in files.items():
            path = tmp_path / "sum" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code)
        monkeypatch.setattr("lesson_core.learn.problems.problem.FOLDER", tmp_path)
        calls = (Probe(Case((0,), at_most={"lines": 9})), Probe(Case((90,), at_most={"lines": 9})))
        made = Problem(id="sum", function="add", visible=(), hidden=lambda _: calls, count="lines")
        wrong = dict.fromkeys(("loop", "off_by_one"), SAID)
        made.__dict__["words"] = replace(load("perplexity").words, wrong=wrong)
        return made

    def test_both_are_named(self, problem: Problem, run: Run) -> None:
        key = prepare(problem, 1, run)
        for name, code in problem.mistakes.items():
            found = grade(key, code, run)
            assert (found.wrong, found.mistake) == ((1,), name)
        assert grade(key, problem.reference, run).passed

    def test_the_check_finds_what_is_not_as_promised(self, problem: Problem, run: Run) -> None:
        (problem.folder / "wrong" / "loop.py").write_text(problem.reference)
        (problem.folder / "starter.py").write_text(problem.reference)
        found = "\n".join(faults(problem, (1,), run))
        assert "loop passes" in found and "the starter with seed 1: passes" in found

    def test_a_rule_without_a_whole_sentence_is_found(self, problem: Problem, run: Run) -> None:
        def accept(arguments: tuple[object, ...], value: object) -> LabError | None:
            return None if value == sum(range(arguments[0] + 1)) else broken("sum", got=str(value))

        calls = (Probe(Case((0,), accept=accept)), Probe(Case((90,), accept=accept)))
        ruled = replace(problem, count="", hidden=lambda _: calls)
        for rules, missing in (({}, True), ({"sum": Said(en="{got} {want}", zh="x")}, True),
                               ({"sum": Said(en="{got}", zh="x")}, False)):  # fmt: skip
            ruled.__dict__["words"] = replace(problem.words, rules=rules)
            found = [one for one in faults(ruled, (1,), run) if "whole sentence" in one]
            assert bool(found) == missing
