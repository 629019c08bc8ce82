"""What a finished load showed: percentiles by both clocks, failures, how to repeat it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui import lesson, problems
from pages.ui.component_loader import mount
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.plain_text import literal

ROWS = ("ttft", "ttft_naive", "tpot", "itl", "e2e", "e2e_naive")
Summary = dict[str, Any]


def gap(lesson_id: str, summary: Summary) -> None:
    """The mean TTFT from when requests were due, in its parts."""
    predicted, measured = summary["predicted"], summary["measured"]
    total = (measured["wait_s"] + measured["ttft_s"]) * 1e3
    wait, ttft = predicted["wait_s"] * 1e3, predicted["ttft_s"] * 1e3
    rest = total - wait - ttft
    note = t("badge.predicted")
    parts = [
        {"name": "overhead", "label": t("endpoint.part_wait"), "ms": wait, "note": note},
        {"name": "arithmetic", "label": t("endpoint.part_ttft"), "ms": ttft, "note": note},
        {"name": "unexplained", "label": t("gap.unexplained"), "ms": rest,
         "note": t("gap.faster") if rest < 0 else ""},
    ]  # fmt: skip
    lesson.heading("gap")
    label = t("endpoint.gap_total")
    mount("gap_split", key=f"{lesson_id}.gap",
          data={"parts": parts, "total": {"label": label, "ms": total, "note": ""}})  # fmt: skip


def table(summary: Summary, load: str) -> None:
    """Rates in a line, percentiles below, then what went wrong."""
    found = summary[load]
    rates = {name: rounded(found[f"{name}_per_s"]) for name in ("requests", "tokens", "goodput")}
    st.markdown(t(f"endpoint.rates_{load}", **rates, answered=found["answered"],
                  sent=found["requests"], model=literal(str(summary["model"]))))  # fmt: skip
    rows = [
        f"| {t(f'endpoint.row_{name}')} | "
        + " | ".join(_cell(found["latency"][name], p) for p in ("p50", "p95", "p99"))
        + f" | {found['latency'][name]['n']} |"
        for name in ROWS
        if load == "open" or not name.endswith("naive")
    ]
    st.markdown("\n".join([t("endpoint.table_head"), "|---|--:|--:|--:|--:|", *rows]))
    st.caption(t("endpoint.table_note"))
    for kind, one in found["failures"].items():
        said = problems.sentence(f"endpoint_{kind}", one["values"])
        st.warning(f"{one['count']} × {literal(said)}", icon=":material/info:")
    _usage(found["usage"])


def command(summary: Summary, url: str) -> None:
    """The same from a terminal."""
    rate = f" --rate {summary['rate']:.3g}" if summary["rate"] else ""
    asked = f"--connections {summary['connections']} --requests {_requests(summary)}{rate}"
    lines: Sequence[str] = [f"python -m lesson_core.serve.load {url or 'http://127.0.0.1:8000'} "
                            f"{asked}"]  # fmt: skip
    if not url:
        lines = ["python -m lesson_core.serve.http", *lines]
    st.caption(t("endpoint.command"))
    st.code("\n".join(lines), language="bash", wrap_lines=True)


def _requests(summary: Summary) -> int:
    return int((summary["open"] or summary["closed"])["requests"])


def _usage(usage: dict[str, Any]) -> None:
    if usage["missing"]:
        st.caption(t("endpoint.usage_missing", n=usage["missing"]))
    if usage["wrong"]:
        st.warning(t("endpoint.usage_wrong", n=usage["wrong"], **usage["example"]))
    if usage["tokens_per_piece"] and usage["tokens_per_piece"] > 1.2:
        st.caption(t("endpoint.usage_pieces", n=rounded(usage["tokens_per_piece"])))


def _cell(row: dict[str, Any], name: str) -> str:
    return "\N{NO-BREAK SPACE}".join(milliseconds(row[name])).strip()
