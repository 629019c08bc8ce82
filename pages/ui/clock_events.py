"""A run's events as what the token clock draws: the prompt's tokens, and one bar per step."""

from collections.abc import Iterable
from typing import Any

from lesson_core.schema.events import Event


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
