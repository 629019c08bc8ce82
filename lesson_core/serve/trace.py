"""Recorded requests: any CSV with arrival time, prompt length and answer length.

Azure's header (TIMESTAMP, ContextTokens, GeneratedTokens) is known, BurstGPT's, and plain names;
a file without a header has the three columns in this order. Times are seconds or dates.
The bundled table is made from Azure's trace of 2023 by `bench.trace_table`; licence and
attribution: THIRD_PARTY.md.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.serve.workload import MOST, Arrival

Bundled = Literal["conversation", "code"]
TABLE = Path(__file__).parents[2] / "assets" / "tables" / "azure_2023.csv.gz"
NAMES = {
    "arrival": ("arrival", "arrivals", "arrivaltime", "timestamp", "time", "seconds", "ats"),
    "prompt": ("prompt", "prompttokens", "promptlen", "contexttokens", "inputtokens", "input",
               "requesttokens"),
    "answer": ("answer", "answertokens", "generatedtokens", "output", "outputtokens", "outputlen",
               "completiontokens", "responsetokens"),
}  # fmt: skip
MOST_TOKENS = 10_000_000


@cache
def bundled(name: Bundled) -> tuple[Arrival, ...]:
    """Azure's 2023 trace of chats, or of code completions; an hour each."""
    at_ms, found = 0, []
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["trace"] == name:
                at_ms += int(row["gap_ms"])
                found.append(Arrival(at_ms / 1000, int(row["prompt"]), int(row["answer"])))
    return tuple(found)


def read(path: Path) -> list[Arrival]:
    """A trace from a file; LabError with the line and the value where it makes no sense."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise LabError("trace_unreadable", file=path.name, reason=type(error).__name__) from error


def parse(text: str) -> list[Arrival]:
    """The same from text. Sorted by time; the clock starts with the first request."""
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise LabError("trace_empty")
    columns = _columns(first[1])
    found = [] if columns else [_arrival(*first, (0, 1, 2))]
    for line, row in rows:
        found.append(_arrival(line, row, columns or (0, 1, 2)))
        if len(found) > MOST:
            raise LabError("trace_too_long", limit=f"{MOST:,}")
    if not found:
        raise LabError("trace_empty")
    zero = min(arrival.at_s for arrival in found)
    moved = (Arrival(one.at_s - zero, one.prompt, one.answer) for one in found)
    return sorted(moved, key=lambda arrival: arrival.at_s)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something, with their number."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise LabError("trace_unreadable", file="CSV", reason=str(error)) from error


def _columns(first: Sequence[str]) -> tuple[int, ...] | None:
    """Where the three columns are; None if the file has no header."""
    if any(map(_is_number, first)):
        return None
    squeezed = ["".join(c for c in cell.lower() if c.isalnum()) for cell in first]
    places = []
    for name, known in NAMES.items():
        at = next((i for i, cell in enumerate(squeezed) if cell in known), None)
        if at is None:
            header = ", ".join(first)[:120]
            raise LabError("trace_column_missing", name=name, found=header)
        places.append(at)
    return tuple(places)


def _arrival(line: int, row: Sequence[str], columns: tuple[int, ...]) -> Arrival:
    cells = [row[i].strip() if i < len(row) else "" for i in columns]
    at_s = _seconds(cells[0], line)
    if at_s < 0:
        raise LabError("trace_time_negative", line=line, value=cells[0])
    return Arrival(at_s, _count(cells[1], line), _count(cells[2], line))


def _seconds(cell: str, line: int) -> float:
    """A number of seconds, or a date and time (UTC unless it says otherwise)."""
    if _is_number(cell):
        return float(cell)
    try:
        when = datetime.fromisoformat(cell)
    except ValueError:
        raise LabError("trace_value_bad", line=line, value=cell[:40]) from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _count(cell: str, line: int) -> int:
    """A number of tokens, at least one."""
    value = float(cell) if _is_number(cell) else 0.0
    if not 1 <= value <= MOST_TOKENS or value != int(value):
        raise LabError("trace_value_bad", line=line, value=cell[:40])
    return int(value)


def _is_number(cell: str) -> bool:
    try:
        return isfinite(float(cell))
    except ValueError:
        return False
