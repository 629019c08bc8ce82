"""Workbench: a shelf of coding problems, or the one that the link names."""

import streamlit as st

from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.problem import load
from pages.ui import workbench_bench, workbench_problem, workbench_shelf
from pages.ui.language import current, t
from pages.ui.plain_text import literal

asked = st.query_params.get(workbench_shelf.LINK)
if asked in shelf.IDS:
    problem = load(asked)
    st.button(t("workbench.back"), key="workbench.back", icon=":material/arrow_back:",
              type="tertiary", on_click=workbench_shelf.turn_to, args=(None,))  # fmt: skip
    st.title(getattr(problem.words.title, current()), anchor=False)
    workbench_bench.warn()
    workbench_problem.show(problem)
else:
    st.title(t("workbench.title"), anchor=False)
    if asked is not None:
        st.warning(t("workbench.unknown", id=literal(asked[:60])), icon=":material/info:")
    st.markdown(t("workbench.lead"))
    workbench_bench.warn()
    workbench_shelf.show()
    workbench_bench.line()
