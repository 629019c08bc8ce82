"""The token clock: each token a bar as wide, and as high, as the milliseconds it took.

What the component receives (JSON; built here, drawn by assets/components/token_clock.js):

    {lang, labels: {…}, state: idle|queued|loading|running|done|failed|cancelled, message,
     run: id of the run (another id clears the clock), expect_tokens: tokens likely to come | null,
     prompt_tokens: [{text, id}], prompt_count: their number where they are not listed | null,
     bound_ms | null, replay: play back at true speed on arrival,
     events: [{kind: tokenize|prefill|decode, step, start_ms, end_ms, token: {id, text, control}
     | null}], stats: [{label, value, unit, note, badge: {kind, text} | null, action: {id, label}
     | null}], summary: the sentence read aloud at the end}

Send the whole list every time: only what is new is drawn. Mount it empty (state "idle") with the
page, always under the same key, so that the first data meets a loaded component; give each stat its
badge from the start (value "–"), so that nothing moves when its number arrives.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pages.ui.clock_events import clock_events as clock_events
from pages.ui.clock_events import prompt_tokens as prompt_tokens
from pages.ui.component_loader import mount

State = Literal["idle", "queued", "loading", "running", "done", "failed", "cancelled"]
BadgeKind = Literal["live", "measured", "recorded", "predicted", "published"]


@dataclass(frozen=True, kw_only=True)
class Badge:
    """Where a number comes from."""

    kind: BadgeKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Action:
    """A small button under a stat; its id comes back from `token_clock`."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Stat:
    """One number under the clock, already written as a person would write it."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    badge: Badge | None = None
    action: Action | None = None


def token_clock(
    *,
    key: str,
    state: State,
    run: str = "",
    prompt_tokens: Sequence[dict[str, Any]] = (),
    prompt_count: int | None = None,
    events: Sequence[dict[str, Any]] = (),
    bound_ms: float | None = None,
    stats: Sequence[Stat] = (),
    message: str = "",
    summary: str = "",
    expect_tokens: int | None = None,
    replay: bool = False,
    on_action: Callable[[], None] | None = None,
) -> str | None:
    """Draw the clock. Returns the id of a stat's action in the run that its click caused.

    `events` and `prompt_tokens` come from `clock_events`, which reads them off a run's events.
    """
    data = {
        "state": state,
        "run": run,
        "prompt_tokens": list(prompt_tokens),
        "prompt_count": prompt_count,
        "events": list(events),
        "bound_ms": bound_ms,
        "stats": [asdict(stat) for stat in stats],
        "message": message,
        "summary": summary,
        "expect_tokens": expect_tokens,
        "replay": replay,
    }
    result = mount("token_clock", key=key, data=data, on_action_change=on_action or (lambda: None))
    return str(result.action) if result.action else None
