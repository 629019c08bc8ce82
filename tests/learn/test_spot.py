"""Puzzles: their words, their marks, and candidates that what is shown tells apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesson_core import source
from lesson_core.learn import bank, catalogue, words
from lesson_core.learn.judge import Run
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import Key, alike, prepare
from lesson_core.learn.problems.problem import load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.spot import code, marked, scenes

NAMES = [name for names in scenes.SCENES.values() for name in names]
CHECKED = ("perplexity", "roofline", "lru-cache")  # of every kind: values, a dict, a class


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    tier = tiers.decide(False, tiers.probes()).tier
    assert tier is not None
    pool = Pool(lambda torch: plan(tier, SHARED.but(wall_s=60.0), torch=torch))
    yield pool.run
    pool.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_s_words_are_whole_and_distinct(name: str) -> None:
    scene = scenes.scene(name)
    catalogue.lesson(scene.lesson)
    assert set(scene.sources) <= set(bank.sources())
    for lang in words.LANGUAGES:
        names = [getattr(one.name, lang) for one in scene.mistakes.values()]
        whys = [getattr(one.why, lang) for one in scene.mistakes.values()]
        assert len(set(names)) == len(set(whys)) == 6
        assert any("一" <= letter <= "鿿" for letter in names[0]) == (lang == "zh")
    assert words.placeholders(scene.ask.en) == words.placeholders(scene.ask.zh)


def test_every_file_of_words_is_a_scene() -> None:
    assert sorted(NAMES) == sorted(path.stem for path in scenes.FOLDER.glob("*.yaml"))


def test_the_order_is_that_of_the_seed() -> None:
    names = tuple("abcdef")
    assert scenes.order(names, 3) == scenes.order(names, 3)
    assert len({tuple(scenes.order(names, seed)) for seed in range(20)}) > 10
    assert sorted(scenes.order(names, 4)) == list(names)


@pytest.mark.parametrize("name", NAMES)
def test_marks_are_few_and_give_back_both_functions(name: str) -> None:
    scene = scenes.scene(name)
    right = source.shown(scene.module, "right").text
    for mistake in scene.mistakes:
        text = marked.marked(source.shown(scene.module, mistake).text, right)
        lines = text.splitlines()
        ran = "\n".join(line[2:] for line in lines if not line.startswith("+"))
        meant = "\n".join(line[2:] for line in lines if not line.startswith("-"))
        ast.parse(ran)
        ast.parse(meant)
        assert ran != meant
        assert sum(line[0] in "-+" for line in lines) <= 6
        assert '"""' not in text


def test_files_with_little_in_common_are_not_marked() -> None:
    assert marked.of_files("a\nb\n", "c\nd\n") is None
    assert marked.of_files("a\nb\n", "a\nc\n") == "  a\n- b\n+ c"


def test_every_problem_joins() -> None:
    assert {named[0] for named in code.every()} == set(shelf.IDS)
    assert {code.draw(seed)[0].id for seed in range(300)} == set(shelf.IDS)
    problem, mistake = code.draw(5)
    assert mistake in problem.mistakes
    assert code.said((problem.id, mistake)) == problem.words.wrong[mistake]


@pytest.mark.parametrize("problem_id", CHECKED)
def test_the_shown_call_tells_the_mistake_from_the_others_that_are_offered(
    problem_id: str, run: Run
) -> None:
    key: Key = prepare(load(problem_id), 2, run)
    for mistake in key.known:
        call = code.telling_call(key, mistake)
        offered = code.offered(key, mistake, call, seed=1)
        assert offered.count((problem_id, mistake)) == 1
        assert len(offered) == len(set(offered)) == code.OFFERED
        if call is None:
            continue
        found = code.failure(key, mistake, call)
        assert found.call and found.trouble.code != "judge_too_much"
        assert found.expected != found.got or "…" in found.got  # else the judge's words tell
        said = key.known[mistake].outcome.answers[call]
        for problem, name in offered:
            if problem == problem_id and name != mistake:
                assert not alike(key.task, key.known[name].outcome.answers[call], said)


def test_a_mistake_that_only_works_too_much_has_no_failing_call(run: Run) -> None:
    key = prepare(load("lru-cache"), 2, run)
    slow = [name for name in key.known if code.telling_call(key, name) is None]
    for name in slow:
        assert all(one is None or one.code == "judge_too_much" for one in key.known[name].problems)


def test_the_words_stand_where_the_code_stands() -> None:
    root = Path(source.ROOT)
    for name in NAMES:
        assert (root / scenes.scene(name).module).exists()
