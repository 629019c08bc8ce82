"""Which server is asked, and how: the form of the endpoint lesson."""

import streamlit as st

from lesson_core.schema.endpoint import Endpoint, Target
from pages.ui import running, runs
from pages.ui.language import t

WHOSE = ("ours", "other")
LOOPS = ("open", "closed")
CONNECTIONS = (1, 4, 16)
SHARES = (0.5, 0.9, 1.2, 2.0)
REQUESTS = (40, 60, 120, 500)


def spec(lesson_id: str) -> Endpoint:
    """What the form says; LabError where it makes no sense."""

    def said(name: str, default: object) -> object:
        value = st.session_state.get(f"{lesson_id}.{name}")
        return default if value is None else value

    target = None
    if said("whose", "ours") == "other":
        target = Target(
            url=str(said("url", "")), model=str(said("model", "")).strip(),
            api="chat" if said("api", "completions") == "chat" else "completions",
            key_env=str(said("key_env", "")).strip(),
        )  # fmt: skip
    return Endpoint(
        recipe=running.recipe(),
        target=target,
        loop="closed" if said("loop", "open") == "closed" else "open",
        connections=int(str(said("connections", 4))),
        share=float(str(said("share", 1.2))),
        requests=int(str(said("requests", 60))),
        prompt_words=int(str(said("words", 32))),
        new_tokens=int(str(said("tokens", 16))),
        ttft_goal_s=float(str(said("ttft_goal", 1000))) / 1e3,
        tpot_goal_s=float(str(said("tpot_goal", 200))) / 1e3,
    )


def ask(lesson_id: str, job: str) -> None:
    """The controls and the Run button; the address only where it is wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = _choice(lesson_id, "whose", WHOSE, "ours", named=True)
        loop = _choice(lesson_id, "loop", LOOPS, "open", named=True)
        _choice(lesson_id, "connections", CONNECTIONS, 4)
        if loop == "open":
            st.segmented_control(
                t("endpoint.share"), SHARES, default=1.2, key=f"{lesson_id}.share", required=True,
                format_func=lambda share: f"{share:.0%}", help=t("endpoint.share_note"),
            )  # fmt: skip
        with st.popover(t("endpoint.more")):
            _more(lesson_id)
        busy = runs.is_active(runs.status(job))
        st.button(t("endpoint.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  shortcut="Mod+Enter", help=t("machine.busy") if busy else None,
                  on_click=runs.start, args=(job, lambda: spec(lesson_id)))  # fmt: skip
    if whose == "other":
        _address(lesson_id)
    runs.show_problem(job, runs.status(job))


def _choice(
    lesson_id: str, name: str, options: tuple[object, ...], default: object, *, named: bool = False
) -> object:
    def words(option: object) -> str:
        return t(f"endpoint.{name}_{option}") if named else str(option)

    return st.segmented_control(
        t(f"endpoint.{name}"), options, default=default, key=f"{lesson_id}.{name}", required=True,
        format_func=words,
    )  # fmt: skip


def _address(lesson_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("endpoint.url"), key=f"{lesson_id}.url", width=260, max_chars=400,
                      placeholder="http://127.0.0.1:8000")  # fmt: skip
        st.text_input(t("endpoint.model"), key=f"{lesson_id}.model", width=170, max_chars=200,
                      placeholder=t("endpoint.model_hint"))  # fmt: skip
        _choice(lesson_id, "api", ("completions", "chat"), "completions")
        st.text_input(t("endpoint.key_env"), key=f"{lesson_id}.key_env", width=190, max_chars=60,
                      placeholder="LAB_API_KEY", help=t("endpoint.key_note"))  # fmt: skip


def _more(lesson_id: str) -> None:
    _choice(lesson_id, "requests", REQUESTS, 60)
    st.number_input(t("endpoint.words"), 1, 2000, 32, key=f"{lesson_id}.words")
    st.number_input(t("endpoint.tokens"), 2, 256, 16, key=f"{lesson_id}.tokens")
    st.number_input(t("endpoint.ttft_goal"), 1, 600_000, 1000, key=f"{lesson_id}.ttft_goal")
    st.number_input(t("endpoint.tpot_goal"), 1, 60_000, 200, key=f"{lesson_id}.tpot_goal")
