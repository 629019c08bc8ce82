"""Saved runs: browse, open, rename, compare, export, delete."""

import json

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import catalogue
from lesson_core.schema.jobs import JobRecord
from pages.ui import comparison, problems, run_facts, runs, saved
from pages.ui.language import t
from pages.ui.plain_text import literal

PAGE = 10
TITLE = 80  # characters
TAKES_A_RUN = {entry.job: entry for entry in catalogue.LESSONS if entry.job}
KINDS = [*TAKES_A_RUN, "measure_clock"]


def title_key(run: JobRecord) -> str:
    return f"run.{run.id}.title"


def name_of(run: JobRecord) -> str:
    """The learner's title, else the lesson and when it ran."""
    own = saved.setting(title_key(run))
    entry = TAKES_A_RUN.get(run.name)
    kind = t(f"lessons.{entry.id}.nav") if entry else t(f"saved.kind_{run.name}")
    return str(own) if own else f"{kind} · {run.created_at[:16].replace('T', ' ')}"


def row(run: JobRecord) -> None:
    facts = run_facts.of(run.name, saved.store().jobs.result(run.id) or {})
    with st.container(horizontal=True, vertical_alignment="center", key=f"run-{run.id}"):
        st.checkbox(name_of(run), key=f"runs.chosen.{run.id}", label_visibility="collapsed")
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{literal(name_of(run))}**")
            said = [f"{t(f'saved.{fact.key}')} {fact.text}" for fact in facts]
            st.caption(literal(" · ".join([run_facts.recipe(run.spec), *said])))
        entry = TAKES_A_RUN.get(run.name) or catalogue.lesson("home")
        parameter = runs.PARAMETER.get(run.name) or "job"
        st.link_button(t("saved.open"), f"/{entry.url_path}?{parameter}={run.id}", type="tertiary")


def delete(chosen: list[JobRecord]) -> None:
    try:
        for run in chosen:
            runs.jobs().delete(run.id)
            saved.store().settings.remove(title_key(run))
            st.session_state.pop(f"runs.chosen.{run.id}", None)
    except LabError as problem:
        st.session_state["runs.problem"] = problem


def rename(run: JobRecord) -> None:
    saved.set_setting(title_key(run), st.session_state["runs.title"].strip()[:TITLE])


def exported(chosen: list[JobRecord]) -> str:
    """Everything that is known about these runs, as JSON."""
    store = saved.store().jobs
    whole = [
        {"title": name_of(run), "job": run.name, "created_at": run.created_at, "spec": run.spec,
         "result": store.result(run.id)}
        for run in chosen
    ]  # fmt: skip
    return json.dumps(whole, indent=1)


def actions(chosen: list[JobRecord]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="runs-actions"):
        if len(chosen) == 1:
            st.text_input(t("saved.rename"), name_of(chosen[0]), key="runs.title", width=320,
                          max_chars=TITLE, on_change=rename, args=(chosen[0],))  # fmt: skip
        st.download_button(t("saved.export"), exported(chosen), "runs.json", "application/json",
                           key="runs.export")  # fmt: skip
        with st.popover(t("saved.delete"), key="runs.delete"):
            st.markdown(t("saved.delete_confirm", n=len(chosen)))
            st.button(t("saved.delete"), key="runs.sure", type="primary", on_click=delete,
                      args=(chosen,))  # fmt: skip
    if len(chosen) > 1:
        comparison.show(chosen, [name_of(run) for run in chosen])
    else:
        st.caption(t("saved.compare_hint"))


st.title(t("saved.title"), anchor=False)
st.markdown(t("saved.lead"))
problem = st.session_state.pop("runs.problem", None)
if problem is not None:
    problems.show(problem)
try:
    kind = st.selectbox(t("saved.kind"), ["", *KINDS], key="runs.kind", width=320,
                        format_func=run_facts.kind_label)  # fmt: skip
    offset = PAGE * int(st.session_state.get("runs.page", 0))
    shown = saved.store().jobs.finished([kind] if kind else KINDS, limit=PAGE + 1, offset=offset)
    if not shown:
        st.caption(t("saved.none"))
    for found in shown[:PAGE]:
        row(found)
    with st.container(horizontal=True):
        for step, label, there in ((-1, "newer", offset > 0), (1, "older", len(shown) > PAGE)):
            if there:
                st.button(t(f"saved.{label}"), key=f"runs.{label}", type="tertiary",
                          on_click=lambda step=step: st.session_state.update(
                              {"runs.page": offset // PAGE + step}))  # fmt: skip
    picked = [run for run in shown[:PAGE] if st.session_state.get(f"runs.chosen.{run.id}")]
    if picked:
        actions(picked)
except LabError as unreadable:
    problems.show(unreadable)
