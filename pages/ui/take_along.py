"""The questions as files for other programs: Anki, Moodle, a spreadsheet."""

from collections.abc import Callable

import streamlit as st

from lesson_core.learn.exports import anki, gift, table
from lesson_core.learn.exports.cards import cards
from pages.ui.language import current, t

NAME = "llm-speed-lab"


def choices() -> None:
    """A button per format; a file is only made when it is asked for."""
    lang, deck = current(), t("practice.deck")  # whoever makes a file knows no session
    with st.popover(t("practice.take_along"), type="tertiary"):
        st.caption(t("practice.take_along_note"))
        made: dict[str, tuple[str, Callable[[], str | bytes]]] = {
            "anki": (f"{NAME}-{lang}.apkg", lambda: anki.apkg(cards(lang), deck)),
            "gift": (f"{NAME}-{lang}.gift.txt", lambda: gift.gift(cards(lang))),
            "csv": (f"{NAME}-{lang}.csv", lambda: table.table(cards(lang))),
        }
        for kind, (name, data) in made.items():
            st.download_button(t(f"practice.{kind}"), data, file_name=name,
                               key=f"practice.{kind}", on_click="ignore")  # fmt: skip
