"""The article's last line on a real text: the shapes, the error, and what fits but is wrong."""

from typing import Any

import streamlit as st

from pages.ui import lesson
from pages.ui.language import t
from pages.ui.plain_text import literal


def show(summary: dict[str, Any]) -> None:
    """Four calls on the weights that were just learned."""
    lesson.heading("shapes_break")
    seen = summary["shapes"]
    st.markdown(t("classify.shapes_text", text=literal(seen["text"]), d=seen["vector"][0]))
    weights, vector = _shape(seen["weights"]), _shape(seen["vector"])
    batch = _shape([1, *seen["vector"]])
    many = _shape([seen["texts"], *seen["vector"]])
    lines = [
        f"| `(x @ W + b).argmax(axis=1)` | {vector} @ {weights} → {_shape(seen['scores'])} "
        f"| `AxisError: {seen['error']}` |",
        f"| `(x[None] @ W + b).argmax(axis=1)` | {batch} @ {weights} → {_shape(seen['batch'])} "
        f"| {_shape(seen['found'])} → **{literal(seen['said'])}** |",
        f"| `(X @ W + b).argmax(axis=0)` | {many} @ {weights} "
        f"| {t('classify.wrong_axis', n=seen['wrong_axis'][0], texts=seen['texts'])} |",
        f"| `(X @ W[:, :1]).argmax(axis=1)` | {many} @ {_shape([seen['weights'][0], 1])} "
        f"| {t('classify.one_output', said=', '.join(map(str, seen['one_output'])))} |",
    ]
    st.markdown("\n".join([t("classify.shapes_head"), "|---|---|---|", *lines]))
    st.caption(t("classify.shapes_note"))


def _shape(sizes: list[int]) -> str:
    return "[" + ", ".join(map(str, sizes)) + "]"
