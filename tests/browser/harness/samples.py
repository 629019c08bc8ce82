"""Invented, repeatable data for each component; no model runs here."""

import time

import streamlit as st

from lesson_core.schema.events import Event
from pages.ui import stage_flow as flow
from pages.ui import token_clock as clock

ANSWER = "The¦ sky¦ is¦ blue¦ for¦ sun¦light¦ meets¦ air¦.\n¦So¦ <b>¦look¦ up¦ 天¦空¦<|im_end|>"
CHINESE = "天空¦是¦蓝色¦的¦，¦因为¦阳光¦碰到¦空气¦里¦很¦小¦的¦颗粒¦，¦蓝¦光¦散射¦得¦最¦厉害¦。"


def _events(lang: str) -> list[dict]:
    words = (CHINESE if lang == "zh" else ANSWER).split("¦")
    bars = [{"kind": "tokenize", "step": 0, "start_ms": 0.0, "end_ms": 3.1, "token": None}]
    at = 3.4
    for step, word in enumerate(words):
        took = 112.0 if step == 0 else 31.0 + (step * 7 % 5) * 0.6 + {6: 13, 15: 71}.get(step, 0)
        token = {"id": 400 + step * 37, "text": word, "control": word.startswith("<|")}
        kind = "decode" if step else "prefill"
        bars.append(
            {"kind": kind, "step": step, "start_ms": at, "end_ms": at + took, "token": token}
        )
        at += took
    return bars


def _stats(lang: str, ready: bool) -> list[clock.Stat]:
    zh = lang == "zh"
    live = clock.Badge(kind="live", text="现场，n = 1" if zh else "live, n = 1")
    predicted = clock.Badge(kind="predicted", text="预测" if zh else "predicted")
    names = (
        ("首 token 延迟（TTFT）", "每 token 延迟（TPOT）", "本机极限", "达到")
        if zh
        else ("First token (TTFT)", "Each next token (TPOT)", "Limit of this machine", "You reach")
    )
    values = ("121", "31.2", "25.6", "82") if ready else ("–", "–", "25.6", "–")
    measure = clock.Action(id="measure", label="认真测一次" if zh else "Measure properly")
    notes = ("", "32 tok/s", "538 MB, 21 GB/s", "带宽上限" if zh else "of the bandwidth bound")
    return [
        clock.Stat(label=names[0], value=values[0], unit="ms", badge=live if ready else None,
                   action=measure if ready else None),
        clock.Stat(label=names[1], value=values[1], unit="ms", note=notes[1] if ready else "",
                   badge=live if ready else None),
        clock.Stat(label=names[2], value=values[2], unit="ms", note=notes[2], badge=predicted),
        clock.Stat(label=names[3], value=values[3], unit="%", note=notes[3]),
    ]  # fmt: skip


WORDS = ["<|im_start|>", "user", "\n", "Explain", " why", " the", " sky", " is", " blue", "."]
PROMPT = [{"text": text, "id": i} for i, text in enumerate(WORDS)]
MESSAGES = {
    "idle": "Type a prompt above and press Run. The clock starts with the first millisecond.",
    "queued": "Waiting for the device: place 2 in the queue.",
    "loading": "Loading SmolLM2-135M: 538 MB of weights.",
    "failed": "The worker ran out of memory (needs 538 MB). Choose a smaller model.",
    "cancelled": "Stopped after 12 tokens.",
}


def draw_token_clock(state: str, lang: str) -> None:
    events = _events(lang)
    if state == "live":
        return _live(events, lang)
    shown = {"done": len(events), "long": 0, "cancelled": 13, "running": 9}.get(state, 0)
    if state == "long":
        events, shown = _long(), 300
    real = "done" if state == "long" else state
    chosen = clock.token_clock(
        key="clock", state=real, run="one", events=events[:shown],
        prompt_tokens=PROMPT if shown else (), stats=_stats(lang, shown > 0), expect_tokens=24,
        bound_ms=None if state == "unknown" else 25.6, message=MESSAGES.get(state, ""),
    )  # fmt: skip
    if chosen:
        st.write(f"action: {chosen}")


def _long() -> list[dict]:
    at, bars = 0.0, []
    for step in range(300):
        took = 400.0 if step == 0 else 28 + step * 0.02 + (60 if step % 97 == 50 else 0)
        token = {"id": step, "text": f" word{step}", "control": False}
        bars.append({"kind": "decode" if step else "prefill", "step": step, "start_ms": at,
                     "end_ms": at + took, "token": token})  # fmt: skip
        at += took
    return bars


@st.fragment(run_every=0.15)
def _live(events: list[dict], lang: str) -> None:
    began = st.session_state.setdefault("began", time.monotonic() + 1.0)
    now = (time.monotonic() - began) * 1000
    shown = [event for event in events if event["end_ms"] <= now]
    state = "done" if len(shown) == len(events) else "running" if now > 0 else "loading"
    clock.token_clock(
        key="clock", state=state, run="live", events=shown, prompt_tokens=PROMPT if shown else (),
        stats=_stats(lang, state == "done"), bound_ms=25.6, expect_tokens=24,
        message=MESSAGES["loading"] if state == "loading" else "",
    )  # fmt: skip


def _trace(lang: str) -> list[Event]:
    words = (CHINESE if lang == "zh" else ANSWER).split("¦")
    tokens = [
        {**token, "control": False, "bytes": list(token["text"].encode())} for token in PROMPT
    ]
    events = [Event(stage="tokenize", start_s=0, end_s=0.003, detail={"tokens": tokens})]
    at = 0.003
    for step, word in enumerate(words):
        start, length = at, 1 if step else len(PROMPT)
        layer_s, phase = (0.0008 if step else 0.0033), "decode" if step else "prefill"
        rows = [
            {
                "position": len(PROMPT) + step + i,
                "id": 7 * i,
                "text": WORDS[3 + i],
                "values": [0.1 * i - 0.03 * j for j in range(8)],
            }
            for i in range(min(length, 4))
        ]
        top = [
            {
                "id": 400 + step * 37 + i,
                "text": (word, " a", " <i>", "天")[i % 4],
                "logit": 14 - 1.3 * i,
                "prob": 0.6 * 0.4**i,
            }
            for i in range(10)
        ]
        shape = (1, length, 576)
        events.append(
            Event(
                stage="embed",
                step=step,
                start_s=at,
                end_s=at + 0.0001,
                shape=shape,
                bytes=2304 * length,
                flops=0,
                detail={"rows": rows},
            )
        )
        for layer in range(30):
            took = layer_s * (1 + 0.12 * ((layer * 7 + step) % 5) + (layer == 11))
            events.append(
                Event(
                    stage="layer",
                    step=step,
                    start_s=at,
                    end_s=at + took,
                    shape=shape,
                    bytes=14_160_000,
                    flops=7_080_000 * length,
                    detail={"layer": layer, "predicted_s": layer_s * 0.9},
                )
            )
            at += took
        events.append(
            Event(
                stage="logits",
                step=step,
                start_s=at,
                end_s=at + 0.005,
                shape=(1, 49152),
                bytes=113_246_208,
                flops=56_623_104,
                detail={"top": top},
            )
        )
        at += 0.005
        events.append(
            Event(
                stage=phase,
                step=step,
                start_s=start,
                end_s=at,
                shape=(1, length),
                bytes=538_000_000,
                flops=270_000_000 * length,
                detail={"context": len(PROMPT) + step, "predicted": {"total_s": 0.026}},
            )
        )
        control = word.startswith("<|")
        events.append(
            Event(
                stage="sample",
                step=step,
                start_s=at,
                end_s=at + 0.0002,
                text=word,
                token_id=400 + step * 37,
                detail={"token": word, "control": control, "prob": 0.6},
            )
        )
    return events


def draw_stage_flow(state: str, lang: str) -> None:
    text = "天空为什么是蓝色的？" if lang == "zh" else "Explain why the sky is blue. 🌤"
    events = _trace(lang)[: {"done": None, "running": 5 * 35, "idle": 0}[state]]
    data = flow.trace(events, text, expect_steps=18)
    flow.stage_flow(key="flow", state=state, data=data, run="one")
