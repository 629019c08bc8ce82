"""How many bugs were spotted, by kind of puzzle and by what it was about."""

import streamlit as st

from lesson_core.learn.problems import shelf
from lesson_core.learn.spot import scenes
from lesson_core.learn.spot.scenes import KINDS, SCENES
from pages.ui import spot_choice
from pages.ui.language import current, t
from pages.ui.plain_text import literal


def show() -> None:
    """A row for each matter that was tried; nothing before the first."""
    about, tried = _about(), dict[tuple[str, str], list[bool]]()
    names: tuple[str, ...] = KINDS
    for one, value in spot_choice.answers():
        name = (str(value.get("kind")), one.key.split(".")[1] if "." in one.key else "")
        if name in about:
            row = (name[0], about[name])
            tried.setdefault(row, []).append(value.get("correct") is True)
    if not tried:
        return
    st.header(t("spot.score"), anchor="bugs")
    rows = [
        f"| {t(f'spot.{kind}')} | {literal(matter)} | {sum(found)} | {len(found)} |"
        for (kind, matter), found in sorted(tried.items(), key=lambda row: names.index(row[0][0]))
    ]
    st.markdown("\n".join([t("spot.score_head"), "|---|---|--:|--:|", *rows]))


def _about() -> dict[tuple[str, str], str]:
    """By kind and by scene or problem: the page that explains it, or the problem itself."""
    found = {
        (kind, name): t(f"lessons.{scenes.scene(name).lesson}.nav")
        for kind, names in SCENES.items() for name in names
    }  # fmt: skip
    code = KINDS[-1]
    return found | {(code, one.id): getattr(one.words.title, current()) for one in shelf.every()}
