"""The token clock: each token a bar as wide, and as high, as the milliseconds it took.

What the component receives (JSON; built here, drawn by assets/components/token_clock.js):

    {lang, labels: {…}, state: idle|queued|loading|running|done|failed|cancelled, message,
     run: id of the run (another id clears the clock), expect_tokens: tokens likely to come | null,
     prompt_tokens: [{text, id}], bound_ms | null, replay: play back at true speed on arrival,
     events: [{kind: tokenize|prefill|decode, step, start_ms, end_ms, token: {id, text, control}
     | null}], stats: [{label, value, unit, note, badge: {kind, text} | null, action: {id, label}
     | null}], summary: the sentence read aloud at the end}

Send the whole list every time: only what is new is drawn. Mount it empty (state "idle") with the
page, always under the same key, so that the first data meets a loaded component; give each stat its
badge from the start (value "–"), so that nothing moves when its number arrives.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lesson_core.schema.events import Event
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

    `events` and `prompt_tokens` come from `clock_events` and `prompt_tokens` below.
    """
    data = {
        "state": state,
        "run": run,
        "prompt_tokens": list(prompt_tokens),
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


def prompt_tokens(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The prompt's tokens from its `tokenize` event: [{text, id}]."""
    for event in events:
        if event.stage == "tokenize":
            tokens = event.detail.get("tokens", [])
            return [{"text": token["text"], "id": token["id"]} for token in tokens]
    return []


def clock_events(events: Iterable[Event]) -> list[dict[str, Any]]:
    """A run's events as the clock's bars: a pass becomes a bar once its token is announced.

    A bar lasts from the start of its forward pass until its token is chosen.
    """
    bars: list[dict[str, Any]] = []
    samples: dict[int | None, Event] = {}
    passes: list[Event] = []
    for event in events:
        if event.stage == "tokenize":
            bars.append(_bar("tokenize", event, event.end_s, None))
        elif event.stage in ("prefill", "decode"):
            passes.append(event)
        elif event.stage == "sample":
            samples[event.step] = event
    for event in passes:
        sample = samples.get(event.step)
        if sample is not None:
            bars.append(_bar(event.stage, event, sample.end_s or event.end_s, _token(sample)))
    return bars


def _token(sample: Event) -> dict[str, Any]:
    control = bool(sample.detail.get("control"))
    text = sample.detail.get("token", sample.text) if control else sample.text
    return {"id": sample.token_id, "text": text or "", "control": control}


def _bar(kind: str, event: Event, end_s: float | None, token: object) -> dict[str, Any]:
    start = event.start_s or 0.0
    times = {"start_ms": start * 1000, "end_ms": (end_s or start) * 1000}
    return {"kind": kind, "step": event.step or 0, **times, "token": token}
