"""What came of an interview: every answer beside the right one, and what went well and what not.

A right answer counts 1, a wrong or a skipped one 0. An open answer goes by the learner's own
rating against the level of the interview: 1 at that level or above, ½ one below, else 0; not
rated, it counts nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lesson_core.learn import content, quiz, words
from lesson_core.learn.interview import asked
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.interview import CAUSES, Item
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import LEVELS, Choice, Level, Posed

Outcome = Literal["right", "wrong", "rated", "unrated", "skipped"]
STRONG, WEAK = 0.75, 0.5
PLAIN = re.compile(r"[\w\s.,:;%$+×−–·/-]*")
"""What a number, a name or a unit of a question is made of: nothing that Markdown acts on."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question that was asked. `mine` and `note` are the learner's own words, as typed; all
    else is the lab's, as Markdown. `table` is what the learner saw of a regression: name, before,
    after.
    """

    n: int
    item: Item
    lesson: str
    topic: str
    level: Level
    ask: str
    mine: str
    outcome: Outcome
    seconds: float
    right: str = ""
    why: str = ""
    diagnosis: str = ""
    rubric: dict[Level, str] = field(default_factory=dict)
    rated: Level | None = None
    note: str = ""
    table: tuple[tuple[str, str, str], ...] = ()

    def score(self, wanted: Level) -> float | None:
        """From 0 to 1 in an interview at this level; None where nobody judged it."""
        if self.outcome == "unrated":
            return None
        if self.rated is not None:
            below = LEVELS.index(wanted) - LEVELS.index(self.rated)
            return 1.0 if below <= 0 else 0.5 if below == 1 else 0.0
        return 1.0 if self.outcome == "right" else 0.0


@dataclass(frozen=True, kw_only=True)
class Topic:
    """How a topic went: the mean over `count` judged questions, and the pages about it."""

    name: str
    score: float
    count: int
    lessons: tuple[str, ...]


def rows(sitting: Sitting, lang: str) -> list[Row]:
    """Everything that was asked and answered or skipped, in order."""
    return [
        _row(sitting, n, lang)
        for n, item in enumerate(sitting.items)
        if n in sitting.replies and asked.known(item)
    ]


def topics(found: Sequence[Row], wanted: Level) -> list[Topic]:
    """Every topic with something judged, the best first."""
    scores: dict[str, list[float]] = {}
    lessons: dict[str, list[str]] = {}
    for row in found:
        score = row.score(wanted)
        if score is not None:
            scores.setdefault(row.topic, []).append(score)
            lessons.setdefault(row.topic, []).append(row.lesson)
    told = [
        Topic(name=name, score=sum(many) / len(many), count=len(many),
              lessons=tuple(dict.fromkeys(lessons[name])))
        for name, many in scores.items()
    ]  # fmt: skip
    return sorted(told, key=lambda topic: -topic.score)


def strengths(found: Sequence[Topic]) -> list[Topic]:
    """What went well."""
    return [topic for topic in found if topic.score >= STRONG]


def gaps(found: Sequence[Topic]) -> list[Topic]:
    """What to look at again, the weakest first."""
    return [topic for topic in reversed(found) if topic.score < WEAK]


def _row(sitting: Sitting, n: int, lang: str) -> Row:
    item, reply = sitting.items[n], sitting.replies[n]
    numbers = _posed(item, reply)
    told: dict[str, Any] = {"outcome": _outcome(reply)}
    choice = asked.question(item)
    if asked.rubric(item, lang):
        rated = sitting.levels.get(n)
        told = {
            "outcome": "rated" if rated else "unrated" if reply else "skipped", "rated": rated,
            "mine": _text(reply.get("text")), "right": asked.model(item, lang),
            "rubric": dict(asked.rubric(item, lang)),
        }  # fmt: skip
    elif item.way == "trace":
        told |= _of_trace(item, reply, lang)
    elif isinstance(choice, Choice):
        labels, chosen = asked.labels(choice, lang), str(reply.get("chosen"))
        told |= {"mine": labels.get(chosen, ""), "right": labels["right"]}
        if chosen in choice.wrong:
            told["diagnosis"] = content.said(choice.wrong[chosen].diagnosis, lang, choice.id)
    elif numbers is not None:
        told |= _of_number(numbers, reply, lang)
    return Row(
        n=n, item=item, lesson=asked.lesson(item), topic=asked.topic(item, lang),
        level=asked.level(item), ask=_ask(item, numbers, lang), seconds=sitting.spent.get(n, 0.0),
        why=asked.why(item, lang, numbers),
        note="" if told.get("mine") and told.get("rubric") else sitting.notes.get(n, ""),
        **{"mine": "", **told},
    )  # fmt: skip


def _ask(item: Item, numbers: Posed | None, lang: str) -> str:
    try:
        return asked.ask(item, lang, numbers)
    except KeyError:  # a measured question that was skipped: its numbers were not kept
        return asked.topic(item, lang)


def _outcome(reply: dict[str, Any]) -> Outcome:
    if not reply:
        return "skipped"
    return "right" if reply.get("correct") is True else "wrong"


def _posed(item: Item, reply: dict[str, Any]) -> Posed | None:
    """The numbers as they were asked; drawn again where what was kept makes no sense."""
    try:
        kept = from_plain(Posed, reply["posed"])
        asked.ask(item, "en", kept)
        asked.why(item, "en", kept)
    except (KeyError, TypeError):
        return asked.posed(item)
    plain = all(PLAIN.fullmatch(str(value)) for value in (*kept.values.values(), kept.unit))
    return kept if plain else asked.posed(item)


def _of_number(numbers: Posed, reply: dict[str, Any], lang: str) -> dict[str, Any]:
    told = {"right": f"{quiz.shown(numbers.answer)} {numbers.unit}".strip(),
            "mine": _text(reply.get("reply"))}  # fmt: skip
    slip = reply.get("slip")
    if slip and f"cards.slips.{slip}" in words.keys(lang):
        told["diagnosis"] = words.t(lang, f"cards.slips.{slip}")
    return told


def _of_trace(item: Item, reply: dict[str, Any], lang: str) -> dict[str, Any]:
    told: dict[str, Any] = {"right": words.t(lang, f"interview.causes.{item.name}")}
    chosen = reply.get("chosen")
    if chosen in CAUSES:
        told["mine"] = words.t(lang, f"interview.causes.{chosen}")
        if chosen != item.name:
            sign = words.t(lang, f"interview.signs.{chosen}")
            told["diagnosis"] = words.t(lang, "interview.had_it_been", sign=sign)
    told["table"] = _table(reply.get("table"), lang)
    return told


def _table(kept: Any, lang: str) -> tuple[tuple[str, str, str], ...]:
    """The two days as they were shown; names are keys of words."""
    if not isinstance(kept, list):
        return ()
    return tuple(
        (words.t(lang, f"interview.reading.{row[0]}"), str(row[1]), str(row[2]))
        for row in kept
        if isinstance(row, list) and len(row) == 3 and all(PLAIN.fullmatch(str(c)) for c in row)
        and f"interview.reading.{row[0]}" in words.keys(lang)
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
