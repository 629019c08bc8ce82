"""Invented data for the components that show a finished result."""

import math
import random

import numpy as np
import streamlit as st

from lesson_core.schema.specs import Sampling
from lesson_core.theory import next_token
from pages.ui import (
    attention_map,
    census,
    distribution,
    heat_grid,
    number_line,
    roofline_view,
    share_rows,
)

WORDS = [" blue", " the", " <b>", "天空", "\n", " a", " not", " so", " what", " it", " in", " an"]


def draw_number_line(state: str, lang: str) -> None:
    measured = number_line.Measured(value=31.2, low=30.4, high=33.9, n=15)
    verdict = (
        "你的猜测比实测大 28 %。" if lang == "zh" else "Your guess is 28 % above the measurement."
    )
    cases = {
        "done": {"guess": 40.0, "predicted": 29.1, "measured": measured, "verdict": verdict},
        "wide": {"guess": 400.0, "predicted": 29.1, "measured": measured, "verdict": verdict},
        "close": {"guess": 31.0, "predicted": 31.5, "measured": measured, "verdict": verdict},
        "guess": {"guess": 40.0},
        "idle": {},
    }
    number_line.number_line(key="line", unit="ms", **cases[state])


def draw_distribution(state: str, lang: str) -> None:
    draws = random.Random(1)
    logits = np.array([12 - 0.8 * math.log(i + 1) * 2 + draws.random() * 0.1 for i in range(49152)])
    temperature = st.slider("temperature", 0.1, 2.0, 1.0)
    top_k = {"done": 6, "open": 0}[state]
    before = next_token.distribution(logits, Sampling(temperature=temperature))
    after = next_token.distribution(
        logits, Sampling(temperature=temperature, top_k=top_k, top_p=0.9 if top_k else 1.0)
    )
    distribution.distribution(
        key="dist", before=before, after=after,
        text=lambda token: WORDS[token % len(WORDS)], chosen=int(before.ids[1]),
    )  # fmt: skip


def draw_attention_map(state: str, lang: str) -> None:
    count = {"done": 14, "long": 60}[state]
    draws = np.random.default_rng(2)
    maps = np.tril(draws.random((4, 3, count, count)) ** 6 + 0.02)
    maps[..., 0] += 0.7
    maps /= maps.sum(-1, keepdims=True)
    words = ["<|im_start|>", " Why", " is", " the", " sky", "天空", "\n", " blue", " extraordinary"]
    detail = {
        "tokens": [words[i % len(words)] for i in range(count)], "n_layers": 4, "n_heads": 3,
        "scale": 255, "weights_z": next_token.pack((maps * 255).round().astype(np.uint8)),
    }  # fmt: skip
    attention_map.attention_map(key="map", detail=detail, layer=1)


def draw_census(state: str, lang: str) -> None:
    rows = [{"name": "embedding.weight", "group": "embedding", "shape": (49152, 576)}]
    for layer in range(30):
        at = f"layers.{layer}"
        rows += [
            {"name": f"{at}.attention.qkv.weight", "group": "attention", "shape": (960, 576)},
            {"name": f"{at}.attention.out.weight", "group": "attention", "shape": (576, 576)},
            {"name": f"{at}.mlp.gate_up.weight", "group": "mlp", "shape": (3072, 576)},
            {"name": f"{at}.mlp.down.weight", "group": "mlp", "shape": (576, 1536)},
            {"name": f"{at}.attention_norm.weight", "group": "norm", "shape": (576,)},
            {"name": f"{at}.mlp_norm.weight", "group": "norm", "shape": (576,)},
        ]
    rows.append({"name": "norm.weight", "group": "norm", "shape": (576,)})
    census.census(key="census", rows=[{**row, "params": math.prod(row["shape"])} for row in rows])


def draw_roofline_view(state: str, lang: str) -> None:
    if state == "idle":
        return roofline_view.roofline_view(key="roof")
    sizes = [1, 3, 10, 30, 60, 130, 270, 540]
    rates = [62, 58, 46, 44, 31, 22.5, 21.4, 21.0]
    decode = roofline_view.Point(label="decode", intensity=0.5, per_s=8.6e9, phase="decode")
    prefill = roofline_view.Point(
        label="prefill", intensity=22, per_s=71e9, phase="prefill", measured=False
    )
    roofline_view.roofline_view(
        key="roof", curve=[(s * 10**6, r * 1e9) for s, r in zip(sizes, rates, strict=True)],
        roofs=[("fp32", 96e9), ("bf16", 88e9), ("int8", 240e9)], points=[decode, prefill],
        working_set=538e6, mark="SmolLM2-135M",
    )  # fmt: skip


def draw_share_rows(state: str, lang: str) -> None:
    known = {"value": 0.77, "low": 0.72, "high": 0.81, "expected": 0.73, "beside": "240 / 312"}
    rows = [
        share_rows.ShareRow(label="<b>English</b>", note="encoder", **known),
        share_rows.ShareRow(label="中文" if lang == "zh" else "Chinese"),
    ]
    share_rows.share_rows(key="shares", rows=rows, chance=1 / 12, message="312", legend="8.3 %")


def draw_heat_grid(state: str, lang: str) -> None:
    names = ["旅行", "美食", "健康"] if lang == "zh" else ["travel", "<i>food</i>", "health"]
    rows = [
        heat_grid.GridRow(
            label=f"{name} <b>", extra="0.12",
            cells=[heat_grid.Cell(text=str(j), heat=j / 2, mark=i == j) for j in range(3)],
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    heat_grid.heat_grid(key="grid", title="grid", corner="", columns=names, rows=rows,
                        extra="margin", upright=state == "upright")  # fmt: skip
