"""At which batch a decode step doubles on hardware that is not here, from data sheets."""

import streamlit as st

from lesson_core.theory import batches, operators, roofline, tables
from pages.ui import lesson
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded

MODEL, DEVICES = "Llama-3.1-8B", ("H100 SXM", "H20", "Apple M4 Max")
CONTEXTS = (1, 1000, 8000)


def show() -> None:
    """The same question for hardware that is not here, computed from data sheets."""
    lesson.heading("elsewhere")
    config = tables.models()[MODEL]
    rows = []
    for name in DEVICES:
        rates = tables.datasheet_rates(name)

        def step_s(batch: int, context: int, rates: roofline.Rates = rates) -> float:
            step = operators.step(config, 1, context, number_bytes=2, batch=batch)
            return roofline.time_of(step.operators(), rates).total_s

        alone = " ".join(milliseconds(step_s(1, 1)))
        doubled = [batches.doubling_of(lambda b, c=c: step_s(b, c)) for c in CONTEXTS]  # type: ignore[misc]
        cells = [rounded(batch) if batch else "–" for batch in doubled]
        rows.append(
            f"| {name} | {rounded(roofline.ridge(rates))} | {alone} | {' | '.join(cells)} |"
        )
    head = t("regimes.elsewhere_head", **{f"c{i}": f"{c:,}" for i, c in enumerate(CONTEXTS)})
    st.markdown("\n".join([head, "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("regimes.elsewhere_note", model=MODEL))
