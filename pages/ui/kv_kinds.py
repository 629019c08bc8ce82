"""What a token leaves in the cache: one model with every kind of attention, models as published."""

from typing import Any

import streamlit as st

from lesson_core.theory.architectures import Architecture
from lesson_core.theory.formats import unpacked
from lesson_core.theory.kv_shape import KvShape
from lesson_core.theory.model_table import architecture
from pages.ui import badges, lesson
from pages.ui.ladder import Rung, ladder
from pages.ui.language import t
from pages.ui.numbers import rounded

MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-32B", "DeepSeek-V3")
PUBLISHED = ("Llama-2-7B", "Llama-3.1-8B", "Llama-3.1-70B", "Mixtral-8x7B", "Qwen3-32B",
             "Qwen3-30B-A3B", "Gemma-3-27B", "gpt-oss-120b", "DeepSeek-V3")  # fmt: skip
CONTEXT, GROUPS, NUMBER_BYTES = 8192, 8, 2


def show(lesson_id: str, summary: dict[str, Any] | None) -> None:
    """One model under four kinds of attention; what others chose; what the random layers kept."""
    lesson.heading("kv_kinds")
    st.markdown(t("archs.kinds_intro"))
    _kinds(lesson_id)
    _published()
    if summary is not None:
        _counted(summary)


@st.fragment
def _kinds(lesson_id: str) -> None:
    name = st.segmented_control(t("archs.model"), MODELS, default=MODELS[1], required=True,
                                key=f"{lesson_id}.kinds")  # fmt: skip
    model = architecture(str(name))
    sizes = kinds(model)
    mha = sizes["mha"]
    rungs = [
        Rung(
            label=t(f"archs.{kind}"), value=size, text=f"{rounded(size / 1024)} KiB",
            ratio="" if kind == "mha" else t("archs.times_less", ratio=f"{mha / size:.0f}"),
            note=_note(kind, model),
        )
        for kind, size in sizes.items()
    ]  # fmt: skip
    ladder(key=f"{lesson_id}.kv", rungs=rungs, badges=[badges.predicted()],
           message=t("archs.kinds_message", model=name))  # fmt: skip


def kinds(model: Architecture) -> dict[str, float]:
    """Bytes per token in 16 bits by kind of attention; the latent is DeepSeek's in every model."""
    c = model.config
    shape = KvShape(n_layers=c.n_layers, n_heads=c.n_heads, n_kv_heads=c.n_heads, d_head=c.d_head)
    heads = {"mha": c.n_heads, "gqa": _groups(model), "mqa": 1}
    found = {kind: shape.with_kv_heads(n).bytes(1, NUMBER_BYTES) for kind, n in heads.items()}
    return {**found, "mla": float(c.n_layers * _latent() * NUMBER_BYTES)}


def attention(model: Architecture) -> str:
    """The kind a model was published with."""
    c = model.config
    if model.latent:
        return "mla"
    return "mha" if c.n_kv_heads == c.n_heads else "mqa" if c.n_kv_heads == 1 else "gqa"


def _groups(model: Architecture) -> int:
    grouped = attention(model) == "gqa"
    return model.config.n_kv_heads if grouped else GROUPS


def _latent() -> int:
    """Numbers that MLA keeps per token and layer, with the ranks of DeepSeek-V3."""
    model = architecture("DeepSeek-V3")
    return model.kv_numbers // model.config.n_layers


def _note(kind: str, model: Architecture) -> str:
    heads = {"mha": model.config.n_heads, "gqa": _groups(model), "mqa": 1}
    said = t("archs.latent", n=_latent()) if kind == "mla" else t("archs.heads", n=heads[kind])
    return f"{said} · {t('archs.as_published')}" if kind == attention(model) else said


def _published() -> None:
    rows = []
    for model in map(architecture, PUBLISHED):
        kind = attention(model)
        size = model.kv_bytes(unpacked(NUMBER_BYTES), CONTEXT)
        heads = "–" if kind == "mla" else f"{model.config.n_kv_heads}"
        window = f" {t('archs.windowed')}" if model.window else ""
        rows.append(
            f"| {model.name} | {kind.upper()}{window} | {heads} | {rounded(size / CONTEXT / 1024)} "
            f"| {rounded(size / 1e9)} |"
        )
    head = t("archs.published_head", context=f"{CONTEXT:,}")
    st.markdown("\n".join([head, "|---|---|--:|--:|--:|", *rows]))
    st.caption(t("archs.published_note"))


def _counted(summary: dict[str, Any]) -> None:
    rows = [
        f"| {row['kind'].upper()} | {row['expected']:,} | {row['bytes']:,.0f} |"
        for row in summary["kept"]
    ]
    st.markdown(f"**{t('archs.kept_title')}**")
    st.markdown("\n".join([t("archs.kept_head"), "|---|--:|--:|", *rows]))
    st.caption(t("archs.kept_note", same=f"{summary['same']:.0e}"))
