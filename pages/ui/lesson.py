"""The order every question page follows; each part is one call, prose comes from the lesson file.

question → guess → experiment → own words → explanation → transfer → answers to say aloud → what
articles often say → the code that ran → a card → further reading.
"""

from collections.abc import Mapping

import streamlit as st

from lesson_core.learn import content
from pages.ui import report, saved
from pages.ui.language import current, t


def prose(lesson_id: str, name: str, numbers: Mapping[str, object] | None = None) -> str:
    """One named section of a lesson in the learner's language."""
    return content.section(lesson_id, current(), name, **(numbers or {}))


def head(lesson_id: str) -> None:
    """The question as the title, one line under it, and the “answers first” switch."""
    st.title(t(f"lessons.{lesson_id}.title"), anchor=False)
    st.markdown(prose(lesson_id, "question"))


def answers_first() -> bool:
    """For revision and talks: everything visible at once, guesses not scored."""
    return bool(st.session_state.get("answers"))


def answers_first_switch() -> None:
    """The switch itself; it lives in the link as `?answers=true`."""
    st.toggle(t("lesson.answers_first"), key="answers", bind="query-params",
              help=t("lesson.answers_first_note"))  # fmt: skip


def heading(key: str) -> None:
    """A section heading with a stable anchor, the same in both languages."""
    st.header(t(f"lesson.{key}"), anchor=key.replace("_", "-"))


def explanation(lesson_id: str, numbers: Mapping[str, object]) -> None:
    """The learner's own sentence first (kept, optional), then ours."""
    heading("explanation")
    key = f"{lesson_id}.own"
    kept = saved.latest(lesson_id, "explanation", "own") if key not in st.session_state else None
    if kept is not None:
        st.session_state[key] = str(kept)
    st.text_area(t("lesson.own_words"), key=key, placeholder=t("lesson.own_words_hint"),
                 height=80, max_chars=600, on_change=_keep_own, args=(lesson_id,))  # fmt: skip
    said = prose(lesson_id, "explanation", numbers)
    st.markdown(said)
    report.claim(lesson_id, "explanation", said)


def _keep_own(lesson_id: str) -> None:
    saved.keep(lesson_id, "explanation", "own", st.session_state[f"{lesson_id}.own"])


def transfer(lesson_id: str) -> None:
    """The same formula for a big model on a data-centre GPU, with one question."""
    heading("transfer")
    st.markdown(prose(lesson_id, "transfer"))
    with st.expander(t("lesson.transfer_check")):
        st.markdown(prose(lesson_id, "transfer-answer"))
    report.claim(lesson_id, "transfer", prose(lesson_id, "transfer"))


def answers(lesson_id: str) -> None:
    """What an interviewer wants to hear: 30 seconds, 2 minutes, in depth."""
    heading("what_to_say")
    names = [n for n in ("answer-30s", "answer-2min", "in-depth") if has(lesson_id, n)]
    for tab, name in zip(st.tabs([t(f"lesson.{n}") for n in names]), names, strict=True):
        tab.markdown(prose(lesson_id, name))
    report.claim(lesson_id, "what-to-say", prose(lesson_id, names[0]))


def articles(lesson_id: str) -> None:
    """What is often said, and what is true."""
    heading("articles_say")
    with st.container(key=f"says-{lesson_id}"):
        if has(lesson_id, "articles-say"):
            st.markdown(prose(lesson_id, "articles-say"))
        st.markdown(prose(lesson_id, "correction"))
    report.claim(lesson_id, "articles-say", prose(lesson_id, "correction"))


def reading(lesson_id: str) -> None:
    """Further reading."""
    heading("reading")
    st.markdown(prose(lesson_id, "reading"))


def has(lesson_id: str, name: str) -> bool:
    """Whether a lesson has this section."""
    return name in content.sections(lesson_id, current())
