"""The stages of inference for one run, step by step: text → bytes → ids → … → token.

What the component receives (JSON; `trace` builds it from the events of job `pipeline_trace`):

    {lang, labels, state, message, run, text, expect_steps, tokens: [{id, text, control, bytes}],
     stages: {name: cell} before the first step is there,
     steps: [{phase: prefill|decode, ms, predicted_ms, tokens_in, context,
       stages: {text|bytes|ids|embedding|layers|logits|token: cell},
       layers: [{ms, predicted_ms, shape, bytes, flops}],
       rows: [{position, id, text, values}], top: [{id, text, logit, prob}],
       chosen: {id, text, control, prob} | null}]}

with cell = {shape: text, bytes, flops (predicted counts), ms (measured)}, each optional.
"""

from collections.abc import Iterable
from typing import Any

from lesson_core.schema.events import Event
from pages.ui.component_loader import mount

Plain = dict[str, Any]


def stage_flow(*, key: str, state: str, data: Plain, message: str = "", run: str = "") -> None:
    """Draw the stages; `data` comes from `trace` and may grow while the run goes on."""
    mount("stage_flow", key=key, data={"state": state, "message": message, "run": run, **data})


def trace(events: Iterable[Event], text: str, expect_steps: int | None = None) -> Plain:
    """What the component draws, from the events so far and the learner's text."""
    tokens: list[Plain] = []
    tokenize_ms: float | None = None
    steps: dict[int, list[Event]] = {}
    for event in events:
        if event.stage == "tokenize":
            tokens, tokenize_ms = list(event.detail.get("tokens", [])), _ms(event)
        elif event.stage in ("embed", "layer", "logits", "prefill", "decode", "sample"):
            steps.setdefault(event.step or 0, []).append(event)
    first = _input_cells(text, len(tokens), tokenize_ms)
    drawn = [_step(steps[n], first if n == 0 else {}) for n in sorted(steps) if _whole(steps[n])]
    return {"text": text, "tokens": tokens, "stages": first if tokens or text else {},
            "steps": drawn, "expect_steps": expect_steps}  # fmt: skip


def _whole(events: list[Event]) -> bool:
    stages = {event.stage for event in events}
    return bool(stages & {"prefill", "decode"}) and "sample" in stages


def _ms(event: Event) -> float | None:
    if event.start_s is None or event.end_s is None:
        return None
    return (event.end_s - event.start_s) * 1000


def _cell(event: Event) -> Plain:
    shape = " × ".join(f"{size:,}" for size in event.shape) if event.shape else ""
    return {"shape": shape, "bytes": event.bytes, "flops": event.flops, "ms": _ms(event)}


def _input_cells(text: str, tokens: int, tokenize_ms: float | None) -> dict[str, Plain]:
    """The three stages before the model: characters, UTF-8 bytes, token ids."""
    raw = len(text.encode("utf-8", "replace"))
    ids: Plain = {"shape": f"1 × {tokens:,}" if tokens else "", "ms": tokenize_ms}
    return {"text": {"shape": f"{len(text):,}"}, "bytes": {"shape": f"{raw:,} B"}, "ids": ids}


def _step(events: list[Event], first: dict[str, Plain]) -> Plain:
    by = {event.stage: event for event in events}
    whole = by.get("prefill") or by["decode"]
    layers = [event for event in events if event.stage == "layer"]
    sample, embed, logits = by["sample"], by.get("embed"), by.get("logits")
    stages: dict[str, Plain] = dict(first) if first else {"ids": {"shape": "1 × 1"}}
    for name, event in (("embedding", embed), ("logits", logits)):
        if event is not None:
            stages[name] = _cell(event)
    if layers:
        stages["layers"] = _all_layers(layers)
    stages["token"] = {"ms": _ms(sample)}
    predicted = whole.detail.get("predicted") or {}
    total_s = predicted.get("total_s")
    control = bool(sample.detail.get("control"))
    return {
        "phase": whole.stage,
        "ms": _ms(whole) or 0.0,
        "predicted_ms": total_s * 1000 if total_s else None,
        "tokens_in": whole.shape[-1] if whole.shape else 1,
        "context": whole.detail.get("context", 0),
        "stages": stages,
        "layers": [{**_cell(e), "predicted_ms": _predicted(e)} for e in layers],
        "rows": embed.detail.get("rows", []) if embed else [],
        "top": logits.detail.get("top", []) if logits else [],
        "chosen": {
            "id": sample.token_id,
            "text": sample.detail.get("token", sample.text) or sample.text or "",
            "control": control,
            "prob": sample.detail.get("prob"),
        },
    }


def _predicted(event: Event) -> float | None:
    seconds = event.detail.get("predicted_s")
    return seconds * 1000 if seconds else None


def _all_layers(layers: list[Event]) -> Plain:
    """One cell for all layers: n × the shape of one, sums of everything else."""
    one = _cell(layers[0])
    times = [_ms(event) or 0.0 for event in layers]
    return {
        "shape": f"{len(layers)} × ({one['shape']})",
        "bytes": sum(event.bytes or 0 for event in layers),
        "flops": sum(event.flops or 0 for event in layers),
        "ms": sum(times),
    }
