"""The words of an item: what is asked, what is right, what a good answer says."""

from collections.abc import Mapping

from lesson_core.learn import bank, catalogue, content, quiz, words
from lesson_core.learn.interview import chains, files
from lesson_core.schema.interview import CAUSES, Item
from lesson_core.schema.question import (
    LEVELS,
    Choice,
    Level,
    Measured,
    Numeric,
    Open,
    Posed,
    Question,
)

TRACE_LESSON, TRACE_TOPIC = "batching", "percentiles"
TRACE_LEVEL: Level = "L5"
ARTICLE_LEVEL: Level = "L4"


def known(item: Item) -> bool:
    """Whether this version of the lab still asks it."""
    try:
        if item.way == "trace":
            return item.name in CAUSES
        if item.way == "lesson":
            return files.articles()[item.seed].lesson == item.name
        if item.way != "chain":
            catalogue.lesson(item.name.split(".")[0])
        return question(item) is not None and (item.way != "chain" or posed(item) is not None)
    except (KeyError, IndexError, ValueError, TypeError):
        return False


def question(item: Item) -> Question | None:
    """The question of the bank behind it; None for a regression and for an article's question."""
    if item.way == "chain":
        return chains.every()[item.name].asked
    return bank.question(item.name) if item.way in ("question", "project") else None


def posed(item: Item) -> Posed | None:
    """Its numbers, where they are drawn."""
    if item.way == "chain":
        return chains.pose(item.name, item.seed)[item.step]
    asked = question(item)
    return bank.pose(asked, item.seed) if isinstance(asked, Numeric) else None


def lesson(item: Item) -> str:
    """The page that answers it."""
    asked = question(item)
    if asked is not None:
        return asked.lesson
    return TRACE_LESSON if item.way == "trace" else catalogue.lesson(item.name).id


def level(item: Item) -> Level:
    """Whose interview it belongs to."""
    if item.way == "chain":
        return chains.every()[item.name].level
    asked = question(item)
    if asked is not None:
        return asked.level
    return TRACE_LEVEL if item.way == "trace" else ARTICLE_LEVEL


def topic(item: Item, lang: str) -> str:
    """What it is about: a topic of the bank, or the page of an article's question."""
    asked = question(item)
    if item.way == "lesson":
        return words.t(lang, f"lessons.{item.name}.nav")
    said = bank.topics()[asked.topic if asked is not None else TRACE_TOPIC]
    return said.zh if lang == "zh" else said.en


def ask(item: Item, lang: str, numbers: Posed | None) -> str:
    """What is asked, as Markdown; `numbers` are its drawn or measured ones."""
    asked = question(item)
    if item.way == "trace":
        return words.t(lang, "interview.trace_ask")
    if item.way == "lesson":
        article = files.articles()[item.seed]
        if article.ask is None:
            return words.t(lang, f"lessons.{item.name}.question")
        return content.said(article.ask, lang, item.name)
    if item.way == "chain" and item.step:
        link = chains.every()[item.name].then[item.step - 1]
        return content.said(link.ask, lang, item.name)
    if isinstance(asked, Numeric):
        assert numbers is not None
        return content.card_ask(numbers, lang)
    assert asked is not None
    return content.said(asked.ask, lang, asked.id, **(numbers.values if numbers else {}))


def before(item: Item, lang: str) -> list[str]:
    """What a follow-up follows: the questions of its chain so far."""
    if item.way != "chain":
        return []
    steps = chains.pose(item.name, item.seed)
    return [
        ask(Item(way="chain", name=item.name, seed=item.seed, step=at, seconds=0), lang, steps[at])
        for at in range(item.step)
    ]


def labels(asked: Choice, lang: str) -> dict[str, str]:
    """The answers of a choice by name; “right” is the right one."""
    texts = {"right": asked.right, **{name: one.text for name, one in asked.wrong.items()}}
    return {name: content.said(text, lang, asked.id) for name, text in texts.items()}


def why(item: Item, lang: str, numbers: Posed | None) -> str:
    """The solution of a number or a choice, the sign and the cure of a regression."""
    asked = question(item)
    if item.way == "trace":
        sign, cure = (words.t(lang, f"interview.{what}.{item.name}") for what in ("signs", "cures"))
        return f"{sign} {cure}" if lang == "en" else f"{sign}{cure}"
    if isinstance(asked, Choice):
        return content.said(asked.why, lang, asked.id)
    if numbers is None:
        return ""
    if isinstance(asked, Measured):
        told = {**numbers.values, "answer": quiz.shown(numbers.answer)}
        return content.said(asked.solution, lang, asked.id, **told)
    return content.card_solution(numbers, lang)


def model(item: Item, lang: str) -> str:
    """A model answer to an open question: of an article's, what its page says in two minutes."""
    asked = question(item)
    if isinstance(asked, Open):
        return content.said(asked.model, lang, asked.id)
    return content.section(item.name, lang, "answer-2min") if item.way == "lesson" else ""


def rubric(item: Item, lang: str) -> Mapping[Level, str]:
    """What an answer of each level says; empty where an answer is right or wrong."""
    asked = question(item)
    if isinstance(asked, Open):
        return {one: content.said(asked.rubric[one], lang, asked.id) for one in LEVELS}
    if item.way == "lesson":
        return {one: words.t(lang, f"interview.rubric.{one}") for one in LEVELS}
    return {}
