"""An answer written by speculation, token by token: kept, the model's own, refused.

What the component receives: {lang, labels, run, message, badges, rounds: [{kept: [text], own: text,
lost: [text]}], stats: [{label, value, note}]}. It draws only rounds that are new; a new `run`
starts over. The same is told as a list to screen readers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from lesson_core.schema.events import Event
from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class Stat:
    """A number under the text."""

    label: str
    value: str
    note: str = ""


@dataclass
class Shown:
    """One round as it is drawn."""

    kept: list[str]
    own: str
    lost: list[str]


def rounds(events: Sequence[Event]) -> list[Shown]:
    """The rounds of a run, the first of them prefill."""
    found: list[Shown] = []
    for event in events:
        if event.stage in ("prefill", "decode"):
            proposed = event.detail["proposed"]
            found.append(Shown(kept=[], own="", lost=proposed[event.detail["accepted"] :]))
        elif event.stage == "sample" and found and not event.detail.get("control"):
            text = event.detail["token"]
            if event.detail["draft"]:
                found[-1].kept.append(text)
            else:
                found[-1].own = text
    return found


def draft_tokens(
    *,
    key: str,
    run: str,
    events: Sequence[Event],
    stats: Sequence[Stat],
    badges: Sequence[Badge],
    message: str,
) -> None:
    """Draw a run as far as it has come."""
    data = {
        "run": run,
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "rounds": [asdict(shown) for shown in rounds(events)],
        "stats": [asdict(stat) for stat in stats],
    }
    mount("draft_tokens", key=key, data=data)
