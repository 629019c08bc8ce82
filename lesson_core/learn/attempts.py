"""A learner's attempts at coding problems, out of everything that was said.

Each attempt is one answer of the kind "attempt" under the problem's id. What was solved, and with
which seed the next attempt is judged, follows from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lesson_core.schema.answers import Answer

PAGE = "workbench"
LONGEST = 64 * 1024  # characters; longer code was never judged
State = Literal["new", "tried", "solved"]
STATES: tuple[State, ...] = ("new", "tried", "solved")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Code that was judged, and what the judge said."""

    uuid: str
    at: datetime
    code: str
    passed: bool
    mistake: str  # the known mistake that was recognised, or ""
    hints: int  # how many had been read


def value(
    code: str, *, passed: bool, mistake: str, seed: int, tier: str, hints: int
) -> dict[str, Any]:
    """What is kept of an attempt."""
    return {"code": code, "passed": passed, "mistake": mistake, "seed": seed, "tier": tier,
            "hints": hints}  # fmt: skip


def attempts(said: Iterable[Answer], problem_id: str) -> list[Attempt]:
    """The attempts at one problem, oldest first. What an imported file made up is left out."""
    return [found for one in said if one.kind == "attempt" and one.key == problem_id
            if (found := _attempt(one)) is not None]  # fmt: skip


def states(said: Iterable[Answer]) -> dict[str, State]:
    """How far each problem is that was tried."""
    found: dict[str, State] = {}
    for one in said:
        if one.kind == "attempt" and (attempt := _attempt(one)) is not None:
            solved = attempt.passed or found.get(one.key) == "solved"
            found[one.key] = "solved" if solved else "tried"
    return found


def seed_of(tried: Iterable[Attempt]) -> int:
    """Of the next attempt: the same until one passes, then others, so that luck does not last."""
    return 1 + sum(attempt.passed for attempt in tried)


def hints_read(tried: Iterable[Attempt]) -> int:
    """How many hints were read before the last attempt."""
    return max((attempt.hints for attempt in tried), default=0)


def _attempt(said: Answer) -> Attempt | None:
    kept = said.value if isinstance(said.value, dict) else {}
    code, hints = kept.get("code"), kept.get("hints")
    if not isinstance(code, str) or len(code) > LONGEST or type(kept.get("passed")) is not bool:
        return None
    return Attempt(
        uuid=said.uuid, at=datetime.fromisoformat(said.created_at), passed=kept["passed"],
        code=code.encode(errors="replace").decode(), mistake=str(kept.get("mistake", ""))[:80],
        hints=hints if type(hints) is int and 0 <= hints < 100 else 0,
    )  # fmt: skip
