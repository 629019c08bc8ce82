"""The state of an interview, read from what was kept of it: one entry per thing that happened.

An entry is an answer of page "interview" under the interview's id, whose value says what happened:

    {"event": "begin", "wish": {…}, "items": [{…}], "claim": {…} or null}
    {"event": "said", "n": 3, …}      an answer; "posed", "correct", "chosen", "text" by its kind
    {"event": "skip", "n": 4}         {"event": "note", "n": 4, "text": "…"}   the whiteboard
    {"event": "pause"}  {"event": "resume"}  {"event": "untimed"}  {"event": "end"}
    {"event": "rate", "n": 5, "level": "L4"}

Entries are only added. Whatever makes no sense, from an imported file perhaps, is passed over.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer
from lesson_core.schema.interview import Claim, Item, Wish
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.question import LEVELS, Level

PAGE = "interview"
MOST = 200  # items that an interview may have


@dataclass(kw_only=True)
class Sitting:
    """One interview up to the newest entry. `spent` is the time on each item, in seconds."""

    id: str
    wish: Wish
    items: tuple[Item, ...]
    claim: Claim | None
    begun: datetime
    newest: datetime
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    used_s: float = 0.0
    paused: bool = False
    untimed: bool = False
    ended: bool = False

    @property
    def at(self) -> int:
        """Which item is asked now."""
        return next((n for n in range(len(self.items)) if n not in self.replies), len(self.items))

    @property
    def over(self) -> bool:
        """Nothing more is asked."""
        return self.ended or self.at == len(self.items)

    def used(self, now: datetime) -> float:
        """Seconds up to now, pauses left out."""
        return self.used_s + self._running(now)

    def left_s(self, now: datetime) -> float:
        """Seconds until the time is up; negative after that."""
        return 60 * self.wish.minutes - self.used(now)

    def happened(self, value: dict[str, Any], at: datetime) -> None:
        """One more entry."""
        ran = self._running(at)
        if not self.over:
            self.spent[self.at] = self.spent.get(self.at, 0.0) + ran
        self.used_s, self.newest = self.used_s + ran, max(at, self.newest)
        n, text = value.get("n"), value.get("text")
        if type(n) is not int or not 0 <= n < len(self.items):
            n = -1  # of no item
        match value["event"]:
            case "said" | "skip" if n == self.at and not self.over:
                self.replies[self.at] = {} if value["event"] == "skip" else value
                self.paused = False
                self.ended = self.left_s(self.newest) <= 0 and not self.untimed
            case "note" if n >= 0 and isinstance(text, str):
                self.notes[n] = text
            case "rate" if n >= 0 and value.get("level") in LEVELS:
                self.levels[n] = value["level"]
            case "pause":
                self.paused = True
            case "resume":
                self.paused = False
            case "untimed":
                self.untimed = True
            case "end":
                self.ended = True

    def _running(self, now: datetime) -> float:
        if self.paused or self.over:
            return 0.0
        return max(0.0, (now - self.newest).total_seconds())


def begin(wish: Wish, items: Iterable[Item], claim: Claim | None) -> dict[str, Any]:
    """The first entry of an interview."""
    return {
        "event": "begin", "wish": to_plain(wish), "items": to_plain(list(items)),
        "claim": to_plain(claim),
    }  # fmt: skip


def sittings(said: Iterable[Answer]) -> list[Sitting]:
    """All interviews, in the order in which they began."""
    found: dict[str, Sitting] = {}
    for one in said:
        if one.page != PAGE or not isinstance(one.value, dict):
            continue
        at = datetime.fromisoformat(one.created_at)
        if one.key in found:
            if "event" in one.value:
                found[one.key].happened(one.value, at)
        elif (begun := _begun(one.key, one.value, at)) is not None:
            found[one.key] = begun
    return list(found.values())


def _begun(key: str, value: dict[str, Any], at: datetime) -> Sitting | None:
    try:
        wish: Wish = from_plain(Wish, value["wish"])
        items: tuple[Item, ...] = tuple(from_plain(Item, item) for item in value["items"])
        claim = from_plain(Claim, value["claim"]) if value.get("claim") else None
    except (KeyError, TypeError, ValueError, LabError):
        return None
    if value.get("event") != "begin" or not 0 < len(items) <= MOST:
        return None
    return Sitting(id=key, wish=wish, items=items, claim=claim, begun=at, newest=at)
