"""The bank as plain cards in one language: what other programs can take over.

Templates give `DRAWS` cards each, with numbers that stay the same; measured questions stay here,
their key is this machine's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lesson_core.learn import bank, content, quiz
from lesson_core.schema.question import Choice, Measured, Numeric, Open, Question, Said

DRAWS = 3


@dataclass(frozen=True, kw_only=True)
class PlainCard:
    """A question and its answer as Markdown. `wrong` are distractors with what is wrong with them;
    `number` is the key of a numeric card, right within `rel_tol`.
    """

    id: str
    lesson: str
    topic: str
    level: str
    ask: str
    answer: str
    why: str = ""
    wrong: tuple[tuple[str, str], ...] = ()
    number: float | None = None
    rel_tol: float = 0.0


def cards(lang: str) -> Iterator[PlainCard]:
    """Every card, in the order of the course."""
    for question in bank.every():
        match question:
            case Choice():
                yield _choice(question, lang)
            case Numeric():
                yield from (_number(question, lang, seed) for seed in range(DRAWS))
            case Open():
                yield _open(question, lang)
            case Measured():
                pass


def _choice(asked: Choice, lang: str) -> PlainCard:
    def say(text: Said) -> str:
        return content.said(text, lang, asked.id)

    wrong = tuple((say(one.text), say(one.diagnosis)) for one in asked.wrong.values())
    return _card(asked, say(asked.ask), say(asked.right), why=say(asked.why), wrong=wrong)


def _number(asked: Numeric, lang: str, seed: int) -> PlainCard:
    posed = bank.pose(asked, seed)
    return _card(
        asked, content.card_ask(posed, lang), f"{quiz.shown(posed.answer)} {posed.unit}".strip(),
        suffix=f".{seed}", why=content.card_solution(posed, lang), number=posed.answer,
        rel_tol=posed.rel_tol,
    )  # fmt: skip


def _open(asked: Open, lang: str) -> PlainCard:
    def say(text: Said) -> str:
        return content.said(text, lang, asked.id)

    rubric = "\n".join(f"- **{level}** {say(text)}" for level, text in asked.rubric.items())
    return _card(asked, say(asked.ask), say(asked.model), why=rubric)


def _card(
    asked: Question, ask: str, answer: str, *, suffix: str = "", why: str = "",
    wrong: tuple[tuple[str, str], ...] = (), number: float | None = None, rel_tol: float = 0.0,
) -> PlainCard:  # fmt: skip
    return PlainCard(
        id=asked.id + suffix, lesson=asked.lesson, topic=asked.topic, level=asked.level, ask=ask,
        answer=answer, why=why, wrong=wrong, number=number, rel_tol=rel_tol,
    )  # fmt: skip
