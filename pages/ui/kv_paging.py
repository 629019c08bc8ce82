"""The board of KV blocks: whole reservations against pages, at any moment of the run."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.board import Moment, moments
from pages.ui import badges, lesson
from pages.ui.kv_board import Meter, Owner, kv_board
from pages.ui.language import t

SIZES = (1, 4, 8, 16, 32, 64, 128)
MOST_BLOCKS = 256  # that are still worth looking at


@st.fragment
def show(lesson_id: str, summary: dict[str, Any] | None) -> None:
    """Block size and moment chosen; who holds what, and what is set aside for nothing."""
    if summary is None:
        return
    lesson.heading("paging")
    st.markdown(t("paging.text"))
    requests = [
        Request(id=row["id"], prompt=(0,) * row["prompt_len"], new_tokens=row["new_tokens"])
        for row in summary["rows"]["continuous"]
    ]
    longest = max(len(request.prompt) + request.new_tokens for request in requests)
    pool = summary["slots"] * longest  # tokens
    sizes = [size for size in SIZES if pool // size <= MOST_BLOCKS and size <= longest]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.select_slider(t("paging.size"), sizes, _middle(sizes), key=f"{lesson_id}.block",
                                width=240)  # fmt: skip
        seen = _moments(tuple(requests), summary["slots"], size, pool // size)
        step = st.slider(t("paging.moment"), 1, len(seen), len(seen) // 3, width=320,
                         key=f"{lesson_id}.moment")  # fmt: skip
    _draw(lesson_id, seen[step - 1], size=size, blocks=pool // size, longest=longest)


@st.cache_data(max_entries=32, show_spinner=False)
def _moments(requests: tuple[Request, ...], slots: int, size: int, blocks: int) -> list[Moment]:
    policy = Policy(max_seqs=slots, block_size=size, blocks=blocks)
    return moments(requests, policy)


def _draw(lesson_id: str, moment: Moment, *, size: int, blocks: int, longest: int) -> None:
    owners = [
        Owner(label=str(held.request), tokens=held.tokens, table=held.table)
        for held in moment.held
    ]  # fmt: skip
    tokens, pool = sum(held.tokens for held in moment.held), size * blocks
    paged = size * len({block for held in moment.held for block in held.table})
    whole = longest * len(owners)
    message = t("paging.message", running=len(owners), waiting=moment.waiting, tokens=f"{tokens:,}")
    kv_board(
        key=f"{lesson_id}.board", title=t("paging.board", blocks=blocks, size=size),
        message=message, blocks=_cells(moment, size, blocks), owners=owners,
        badges=[badges.predicted()],
        meters=[
            _meter("paging.contiguous", whole, tokens, pool),
            _meter("paging.paged", paged, tokens, pool),
        ],
    )  # fmt: skip


def _cells(moment: Moment, size: int, blocks: int) -> list[tuple[int, float, int]]:
    """Per block: its owner, how full it is, how many share it."""
    cells = [(-1, 0.0, 0)] * blocks
    for owner, held in enumerate(moment.held):
        for i, block in enumerate(held.table):
            filled = min(1.0, max(0.0, (held.tokens - i * size) / size))
            cells[block] = (owner, filled, cells[block][2] + 1)
    return cells


def _meter(key: str, reserved: int, used: int, pool: int) -> Meter:
    wasted = 100 * (1 - used / reserved) if reserved else 0.0
    return Meter(
        label=t(key), reserved=min(1.0, reserved / pool), used=used / pool,
        text=t("paging.wasted", share=f"{wasted:.0f}", tokens=f"{reserved:,}"),
    )  # fmt: skip


def _middle(sizes: Sequence[int]) -> int:
    return 16 if 16 in sizes else sizes[len(sizes) // 2]
