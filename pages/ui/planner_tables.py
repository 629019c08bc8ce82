"""Two tables of a plan: the memory, and one prompt by three peaks."""

import streamlit as st

from lesson_core.theory import serving
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.serving import Memory, Speed, Wish
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded


def gigabytes(count: float) -> str:
    """GB as a person would round them."""
    return f"{rounded(count / 1e9)} GB"


def memory(wish: Wish, held: Memory) -> None:
    """What is where: weights, caches, and what the cards offer."""
    caches, each = wish.batch * held.sequence, gigabytes(hardware()[wish.device].memory_bytes)
    rows = [
        f"| {t('planner.row_weights')} | {gigabytes(held.weights)} |",
        f"| {t('planner.row_caches', batch=f'{wish.batch:,}')} | {gigabytes(caches)} |",
        f"| {t('planner.row_sum')} | **{gigabytes(held.weights + caches)}** |",
        f"| {t('planner.row_usable', cards=wish.cards, each=each)} | {gigabytes(held.usable)} |",
        f"| {t('planner.row_most')} | {held.most:,} |",
    ]
    st.markdown("\n".join([t("planner.memory_head"), "|---|--:|", *rows]), width="content")


def trap(wish: Wish, fast: Speed) -> None:
    """The same prompt by the printed peak, by the dense one, and as predicted."""
    device, made = hardware()[wish.device], serving.deployment(wish)
    printed, dense = serving.sparse_peak(device), device.flops.get("bf16")
    if not printed or not dense or fast.ttft is None:
        return
    flop = made.model.flops(wish.prompt, wish.prompt)
    names = (t("planner.printed"), t("planner.dense"), t("planner.reached"))
    rates = (printed, dense, flop / wish.cards / fast.ttft.seconds)
    lines = [
        f"| {name} | {rounded(rate / 1e12)} | {' '.join(milliseconds(flop / wish.cards / rate))} |"
        for name, rate in zip(names, rates, strict=True)
    ]
    with st.container(width="stretch"):
        st.markdown("\n".join([t("planner.trap_head"), "|---|--:|--:|", *lines]))
        st.caption(t("planner.trap_note"))
