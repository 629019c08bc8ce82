"""The table of a puzzle: what a log or an output says, cell by cell as the worker wrote it."""

import streamlit as st

from lesson_core.learn.spot.scenes import Scene
from lesson_core.schema.spot import Table
from pages.ui.language import current, t
from pages.ui.plain_text import literal


def show(scene: Scene, table: Table, badge: str) -> None:
    """Numbers to the right; the lines below the table in bold; where they come from."""
    if table.rows:
        _grid(scene, table)
    if table.told:
        st.markdown(" · ".join(
            t("spot.told", name=_label(scene, name), value=literal(text))
            for name, text in table.told
        ))  # fmt: skip
    st.caption(badge)


def _grid(scene: Scene, table: Table) -> None:
    head = "| " + " | ".join(_label(scene, name) for name in table.columns) + " |"
    sides = "|---|" + "--:|" * (len(table.columns) - 1)
    rows = ["| " + " | ".join(_cells(scene, row)) + " |" for row in table.rows]
    st.markdown("\n".join([head, sides, *rows]))


def _cells(scene: Scene, row: tuple[str, ...]) -> list[str]:
    return [_label(scene, row[0]), *(literal(cell) for cell in row[1:])]


def _label(scene: Scene, name: str) -> str:
    """A word of the scene in the learner's language; anything else is shown as it is."""
    said = scene.labels.get(name)
    return getattr(said, current()) if said is not None else literal(name)
