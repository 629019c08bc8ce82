"""Cards for Moodle, in its GIFT text format. Source: docs.moodle.org, “GIFT format”."""

import re
from collections.abc import Iterable

from lesson_core.learn.exports.cards import PlainCard

SPECIAL = re.compile(r"([~=#{}:\\])")


def gift(cards: Iterable[PlainCard]) -> str:
    """One question after the other, a blank line between them; texts are Markdown."""
    return "\n\n".join(map(_question, cards)) + "\n"


def _question(card: PlainCard) -> str:
    why = f"####{_text(card.why)}" if card.why else ""
    if card.number is not None:
        key = f"#{card.number:.10g}:{abs(card.number) * card.rel_tol:.10g}"
    elif card.wrong:
        wrong = "".join(f"\n~{_text(text)}#{_text(said)}" for text, said in card.wrong)
        key = f"\n={_text(card.answer)}{wrong}\n"
    else:
        key, why = "", f"####{_text(card.answer)}"
    head = f"$CATEGORY: {card.lesson}\n\n::{_text(card.id)}::[markdown]{_text(card.ask)}"
    return f"{head} {{{key}{why}}}"


def _text(markdown: str) -> str:
    return SPECIAL.sub(r"\\\1", markdown.strip()).replace("\n", "\\n")
