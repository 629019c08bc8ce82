"""Cards as a table that any program opens."""

import csv
import io
from collections.abc import Iterable

from lesson_core.learn.exports.cards import PlainCard

COLUMNS = ("id", "lesson", "topic", "level", "question", "answer", "why")


def table(cards: Iterable[PlainCard]) -> str:
    """CSV with a header and a byte-order mark, without which Excel garbles Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for card in cards:
        row = (card.id, card.lesson, card.topic, card.level, card.ask, card.answer, card.why)
        writer.writerow([_inert(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _inert(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if cell[:1] in "=+-@\t" else cell
