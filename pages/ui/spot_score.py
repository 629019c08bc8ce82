"""How many bugs were spotted, by kind of puzzle."""

import streamlit as st

from lesson_core.learn.spot.scenes import KINDS
from pages.ui import saved, spot_choice
from pages.ui.language import t


def show() -> None:
    """A row for each kind that was tried; nothing before the first."""
    tried: dict[str, list[bool]] = {}
    for one in saved.everything():
        value = one.value if isinstance(one.value, dict) else {}
        if one.page == spot_choice.PAGE and one.kind == "answer" and value.get("kind") in KINDS:
            tried.setdefault(str(value["kind"]), []).append(value.get("correct") is True)
    if not tried:
        return
    st.header(t("spot.score"), anchor="bugs")
    rows = [f"| {t(f'spot.{kind}')} | {sum(tried[kind])} | {len(tried[kind])} |"
            for kind in KINDS if kind in tried]  # fmt: skip
    st.markdown("\n".join([t("spot.score_head"), "|---|--:|--:|", *rows]))
