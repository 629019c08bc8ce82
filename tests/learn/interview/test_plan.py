"""Interviews keep to the time, follow role and level, and are the same for the same seed."""

import statistics

import pytest

from lesson_core.learn import bank, catalogue, words
from lesson_core.learn.interview import chains, files, plan
from lesson_core.schema.interview import MINUTES, PRESETS, Wish
from lesson_core.schema.question import LEVELS, Choice, Measured, Open

QUESTIONS = [one for one in bank.every() if not isinstance(one, Measured)]
ROLES = [preset for preset in PRESETS if preset != "articles"]


def wished(**change) -> Wish:
    return Wish(**({"preset": "systems", "level": "L4", "minutes": 30, "seed": 1} | change))


def singles(wish: Wish) -> list:
    return [bank.question(i.name) for i in plan.plan(wish, QUESTIONS) if i.way == "question"]


@pytest.mark.parametrize("minutes", MINUTES)
@pytest.mark.parametrize("preset", PRESETS)
def test_the_time_is_kept(preset: str, minutes: int) -> None:
    for level in LEVELS:
        for seed in range(10):
            items = plan.plan(wished(preset=preset, level=level, minutes=minutes, seed=seed),
                              QUESTIONS)  # fmt: skip
            assert 60 * minutes - 75 < plan.seconds(items) <= 60 * minutes


@pytest.mark.parametrize("preset", ROLES)
def test_kinds_are_mixed(preset: str) -> None:
    for seed in range(20):
        wish = wished(preset=preset, minutes=45, seed=seed)
        items = plan.plan(wish, QUESTIONS)
        asked = singles(wish)
        assert {"question", "chain", "project", "trace"} == {item.way for item in items}
        assert any(isinstance(one, Choice) for one in asked)
        assert any(isinstance(one, Open) for one in asked)
        assert len({one.topic for one in asked}) == len(asked)
        assert items[0].way == "question"


def test_a_quarter_of_an_hour_has_a_chain_and_one_of_the_two_special_parts() -> None:
    ways = [{i.way for i in plan.plan(wished(minutes=15, seed=s), QUESTIONS)} for s in range(20)]
    assert all("chain" in found and ("trace" in found) != ("project" in found) for found in ways)
    assert any("trace" in found for found in ways) and any("project" in found for found in ways)


def test_chains_are_asked_whole_and_in_order() -> None:
    for seed in range(10):
        items = plan.plan(wished(minutes=45, seed=seed), QUESTIONS)
        starts = [n for n, item in enumerate(items) if item.way == "chain" and item.step == 0]
        assert len({items[n].name for n in starts}) == 3
        for n in starts:
            length = 1 + len(chains.every()[items[n].name].then)
            part = items[n : n + length]
            assert [(i.name, i.seed, i.step) for i in part] == [
                (items[n].name, items[n].seed, step) for step in range(length)
            ]


def test_nothing_is_asked_twice() -> None:
    for seed in range(20):
        items = plan.plan(wished(minutes=45, seed=seed), QUESTIONS)
        single = [item.name for item in items if item.way in ("question", "project")]
        chained = {chains.every()[i.name].template for i in items if i.way == "chain"}
        assert len(set(single)) == len(single)
        assert not chained & set(single)


def test_the_same_seed_is_the_same_interview() -> None:
    assert plan.plan(wished(), QUESTIONS) == plan.plan(wished(), QUESTIONS)
    assert plan.plan(wished(seed=2), QUESTIONS) != plan.plan(wished(), QUESTIONS)


def test_a_higher_level_is_asked_harder_questions() -> None:
    means = [
        statistics.mean(
            LEVELS.index(one.level) for seed in range(30)
            for one in singles(wished(level=level, seed=seed))
        )
        for level in LEVELS
    ]  # fmt: skip
    assert means == sorted(means)
    assert means[-1] - means[0] > 0.5


@pytest.mark.parametrize("preset", ROLES)
def test_a_role_is_asked_what_it_works_on(preset: str) -> None:
    """Its topics come more often for it than for the other two."""
    own = {topic for topic, weight in files.weights(preset).items() if weight >= 3}
    share = {}
    for role in ROLES:
        asked = [one for seed in range(40) for one in singles(wished(preset=role, seed=seed))]
        share[role] = sum(one.topic in own for one in asked) / len(asked)
    assert share[preset] == max(share.values())
    assert share[preset] > 1.5 * min(share.values())


def test_only_what_can_be_asked_is_asked() -> None:
    few = [one for one in QUESTIONS if one.lesson in ("kv-cache", "batching")]
    items = plan.plan(wished(minutes=45), few)
    assert {i.name for i in items if i.way == "question"} <= {one.id for one in few}


def test_weights_are_of_topics_that_exist() -> None:
    for role in ROLES:
        assert set(files.weights(role)) <= set(bank.topics())


def test_the_articles_ask_fifteen_questions_and_each_has_its_page() -> None:
    assert len(files.articles()) == 15
    assert len({article.lesson for article in files.articles()}) == 15
    for article in files.articles():
        assert catalogue.lesson(article.lesson)
        for lang in words.LANGUAGES:
            assert article.ask or words.t(lang, f"lessons.{article.lesson}.question")
    whole = plan.plan(wished(preset="articles", minutes=45), QUESTIONS)
    assert [item.name for item in whole] == [article.lesson for article in files.articles()]
    assert len(plan.plan(wished(preset="articles", minutes=15), QUESTIONS)) == 5


def test_the_project_is_asked_about_with_questions_that_exist() -> None:
    assert all(isinstance(bank.question(name), Open) for name in files.project().steps)
    claims = [bank.question(name) for name in files.project().claims]
    assert all(isinstance(one, Measured) and one.unit == "×" for one in claims)
