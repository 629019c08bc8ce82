"""A table of labelled texts, as a learner uploads it: read, checked, and nothing guessed.

CSV with a heading; comma, semicolon or tab between the columns. Every mistake is one sentence that
names what was found, so that it can be mended: errors `table_*`.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

from lesson_core.errors import LabError

MOST_ROWS, MOST_CLASSES, MOST_CHARS, MOST_BYTES = 2000, 50, 2000, 500_000
LONGEST_LABEL = 60  # characters
LEAST_OF_A_CLASS = 2  # one to learn from, one to be asked


@dataclass(frozen=True, kw_only=True)
class LabelledTable:
    """Texts and their labels, row by row; `names` are the labels in alphabetical order."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    skipped: int = 0
    """Rows without a text or without a label."""

    def __post_init__(self) -> None:
        counts = Counter(self.labels)
        if not counts:
            raise LabError("table_empty")
        spelled: dict[str, str] = {}
        for name in counts:
            if len(name) > LONGEST_LABEL:
                raise LabError("table_long_label", start=name[:24], limit=LONGEST_LABEL)
            if spelled.setdefault(name.casefold(), name) != name:
                raise LabError("table_equal_labels", one=spelled[name.casefold()], other=name)
        if len(counts) < 2:
            raise LabError("table_one_class", name=next(iter(counts)))
        if len(counts) > MOST_CLASSES:
            raise LabError("table_many_classes", n=f"{len(counts):,}", limit=MOST_CLASSES)
        rarest, n = min(counts.items(), key=lambda item: item[1])
        if n < LEAST_OF_A_CLASS:
            raise LabError("table_small_class", name=rarest[:40])
        if len(self.texts) > MOST_ROWS:
            raise LabError("table_many_rows", n=f"{len(self.texts):,}", limit=f"{MOST_ROWS:,}")

    @property
    def names(self) -> tuple[str, ...]:
        """The classes."""
        return tuple(sorted(set(self.labels)))


def read(data: bytes, text: str = "text", label: str = "label") -> LabelledTable:
    """The two named columns of a CSV file; upper and lower case of their names do not matter.

    LabError: table_encoding, table_too_big, table_empty, table_column, table_long_text, table_quote
    and those of `LabelledTable`.
    """
    if len(data) > MOST_BYTES:
        raise LabError("table_too_big", bytes=f"{len(data):,}", limit=f"{MOST_BYTES:,}")
    try:
        lines = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise LabError("table_encoding", place=f"{problem.start:,}") from problem
    if not lines.strip():
        raise LabError("table_empty")
    rows = csv.reader(io.StringIO(lines.strip(), newline=""), delimiter=separator(lines))
    try:
        return _table(rows, text, label)
    except csv.Error as problem:
        raise LabError("table_quote", line=rows.line_num) from problem


def _table(rows: Any, text: str, label: str) -> LabelledTable:
    heading = [name.strip().casefold() for name in next(rows)]
    where = [_column(heading, name) for name in (text, label)]
    kept, skipped = [], 0
    for row in rows:
        if not row:
            continue
        pair = [row[i].strip() if i < len(row) else "" for i in where]
        if not all(pair):
            skipped += 1
            continue
        if len(pair[0]) > MOST_CHARS:
            raise LabError("table_long_text", line=rows.line_num, chars=f"{len(pair[0]):,}",
                           limit=f"{MOST_CHARS:,}")  # fmt: skip
        kept.append(pair)
    return LabelledTable(
        texts=tuple(text for text, _ in kept),
        labels=tuple(label for _, label in kept),
        skipped=skipped,
    )


def separator(text: str) -> str:
    """Whichever of comma, semicolon and tab the heading holds most of."""
    heading = text.strip().splitlines()[0]
    return max(",;\t", key=heading.count)


def _column(heading: list[str], name: str) -> int:
    if name.strip().casefold() not in heading:
        found = ", ".join(one[:30] or "—" for one in heading[:8])
        raise LabError("table_column", name=name, found=found)
    return heading.index(name.strip().casefold())
