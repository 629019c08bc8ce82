"""What a KV cache weighs: the running model with other numbers of KV heads, and any config."""

import json

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.theory import kv_shape, tables
from lesson_core.theory.kv_shape import KvShape
from pages.ui import lesson, machine_card, problems, running
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded

CONTEXT = 8192
EXAMPLE = {
    "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
    "num_key_value_heads": 8,
}  # fmt: skip
FORMATS = {"fp32": 4, "bf16": 2, "fp8": 1, "int4": 0.5}
GPU = "H100 SXM"


def ask(lesson_id: str) -> None:
    """Heads first, then the calculator; both follow from shapes and are badged predicted."""
    lesson.heading("kv_heads")
    _heads()
    lesson.heading("kv_calculator")
    _calculator(lesson_id)


def _heads() -> None:
    """MHA, GQA and MQA for the model that runs here."""
    config = running.config()
    shape = KvShape(n_layers=config.n_layers, n_heads=config.n_heads,
                    n_kv_heads=config.n_kv_heads, d_head=config.d_head)  # fmt: skip
    card = machine_card.latest()
    rows = []
    for kv_heads in sorted({shape.n_heads, shape.n_kv_heads, 1}, reverse=True):
        size = shape.with_kv_heads(kv_heads).bytes(CONTEXT, 4)
        kind = "MHA" if kv_heads == shape.n_heads else "MQA" if kv_heads == 1 else "GQA"
        name = f"**{kind}**" if kv_heads == shape.n_kv_heads else kind
        read = " ".join(milliseconds(size / card.bandwidth_at(size))) if card else "–"
        per_token = shape.with_kv_heads(kv_heads).bytes(1, 4) / 1e3
        rows.append(f"| {name} | {kv_heads} | {rounded(per_token)} kB | {_size(size)} | {read} |")
    head = t("kv.heads_head", context=f"{CONTEXT:,}")
    st.markdown("\n".join([head, "|---|--:|--:|--:|--:|", *rows]))
    st.caption(t("kv.heads_note" if card else "kv.heads_no_card", model=running.title()))


def _calculator(lesson_id: str) -> None:
    key = f"{lesson_id}.config"
    text = st.text_area(t("kv.config"), json.dumps(EXAMPLE, indent=1), key=key, height=150)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tokens = st.number_input(t("kv.context"), 1, 10_000_000, CONTEXT, 1024,
                                 key=f"{key}.context", width=180)  # fmt: skip
        batch = st.number_input(t("kv.batch"), 1, 1_000_000, 1, key=f"{key}.batch", width=150)
        kind = st.segmented_control(t("kv.format"), list(FORMATS), default="bf16", required=True,
                                    key=f"{key}.format")  # fmt: skip
    try:
        shape = kv_shape.read(text)
    except LabError as problem:
        problems.show(problem)
        return
    _answer(shape, int(tokens), int(batch), FORMATS[str(kind or "bf16")])


def _answer(shape: KvShape, tokens: int, batch: int, number_bytes: float) -> None:
    device = tables.hardware()[GPU]
    per_token, whole = shape.bytes(1, number_bytes), batch * shape.bytes(tokens, number_bytes)
    st.markdown(
        t("kv.answer", formula=_formula(shape, number_bytes), per_token=f"{per_token:,.0f}",
          per_token_kib=rounded(per_token / 1024), total=_size(whole),
          share=rounded(100 * whole / device.memory_bytes), gpu=GPU,
          ms=" ".join(milliseconds(whole / device.bandwidth)))
    )  # fmt: skip
    if not shape.latent and shape.n_kv_heads < shape.n_heads:
        full = batch * shape.with_kv_heads(shape.n_heads).bytes(tokens, number_bytes)
        st.caption(t("kv.as_mha", total=_size(full)))
    if shape.window:
        st.caption(t("kv.window", layers=shape.windowed_layers, window=f"{shape.window:,}"))


def _formula(shape: KvShape, number_bytes: float) -> str:
    if shape.latent:
        return f"{shape.n_layers} × {shape.latent} × {number_bytes:g}"
    return f"2 × {shape.n_layers} × {shape.n_kv_heads} × {shape.d_head} × {number_bytes:g}"


def _size(count: float) -> str:
    """MB below a GB; GiB beside GB, because GPUs are sold in one and measured in the other."""
    if count < 1e9:
        return f"{rounded(count / 1e6)} MB"
    return f"{rounded(count / 1e9)} GB ({rounded(count / 2**30)} GiB)"
