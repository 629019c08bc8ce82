"""Saved runs side by side: the same quantities, each on its own machine.

Times of two machines never share a line: they stand in columns, with the machine named above.
What does travel is each run's fraction of its own machine's bound, so that row is among them.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobRecord
from pages.ui import run_facts, saved
from pages.ui.language import t
from pages.ui.plain_text import literal


def show(chosen: Sequence[JobRecord], names: Sequence[str]) -> None:
    """A table with a column per run; runs of different kinds share only what both have."""
    results = [saved.store().jobs.result(run.id) or {} for run in chosen]
    facts = [
        {fact.key: fact for fact in run_facts.of(run.name, result)}
        for run, result in zip(chosen, results, strict=True)
    ]
    keys = [key for key in facts[0] if all(key in found for found in facts)]
    if not keys:
        st.caption(t("saved.nothing_common"))
        return
    machines = [_machine(result) for result in results]
    first = facts[0]
    same = len(set(machines)) == 1
    rows = [["", *names], [t("saved.recipe"), *(run_facts.recipe(run.spec) for run in chosen)]]
    rows.append([t("saved.machine"), *machines])
    for key in keys:
        cells = [found[key].text for found in facts]
        if same or key == "reached":
            cells = [f"{text}{_against(found[key].value, first[key].value, i)}"
                     for i, (text, found) in enumerate(zip(cells, facts, strict=True))]  # fmt: skip
        rows.append([t(f"saved.{key}"), *cells])
    head, *body = ("| " + " | ".join(literal(cell) for cell in row) + " |" for row in rows)
    st.markdown("\n".join([head, "|---|" + "--:|" * len(chosen), *body]))
    if not same:
        st.caption(t("saved.two_machines"))


def _against(value: float, first: float, column: int) -> str:
    return f" ({value / first:.2f} ×)" if column and first else ""


def _machine(result: dict[str, Any]) -> str:
    where = result.get("environment") or result.get("result", {}).get("environment") or {}
    return str(where.get("cpu" if where.get("device") == "cpu" else "device_name") or "–")
