"""Until it breaks: the learner raises the load of a simulated server, and sees why it breaks."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.serving import Policy, StepRecord
from lesson_core.serve import load_lab
from lesson_core.serve.load_lab import Outcome, Place, Traffic
from lesson_core.theory.served import Summary, goodput, summary
from pages.ui import lesson, rate_form, rate_places, rate_replay, rate_view
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.rate_form import Wish
from pages.ui.rate_view import spread


@st.fragment
def show(lesson_id: str, found: dict[str, Any] | None) -> None:
    """The form, the sentence, the percentiles, the picture, the queue over time."""
    lesson.heading("until_it_breaks")
    st.markdown(t("rate.text"))
    wish = rate_form.ask(lesson_id, rate_places.places(found))
    if wish is None:
        return
    if wish.traffic.left_out:
        st.caption(t("rate.left_out", n=wish.traffic.left_out, limit=wish.place.longest))
    with st.spinner(t("rate.simulating"), show_time=False):
        result = _outcome(wish.place, wish.policy, wish.traffic, wish.load)
    made = summary(result.served)
    st.markdown(_verdict(wish, result, made))
    _table(wish, made)
    rate_view.over_time(lesson_id, result)
    rate_view.picture(lesson_id, result)
    rate_replay.offer(lesson_id, wish, result)


@st.cache_data(max_entries=24, show_spinner=False, hash_funcs={Place: lambda p: (p.key, p.prices)})
def _outcome(place: Place, policy: Policy, traffic: Traffic, load: float) -> Outcome:
    return load_lab.outcome(place, policy, traffic, load)


def _verdict(wish: Wish, result: Outcome, made: Summary) -> str:
    """Within the limits or not, at which rate, and what fills up first."""
    late = made.ttft.p99 is not None and made.ttft.p99 > wish.ttft_s
    slow = made.tpot.p99 is not None and made.tpot.p99 > wish.tpot_s
    key = "rate.breaks" if late or slow else "rate.holds"
    good = goodput(result.served, ttft_s=wish.ttft_s, tpot_s=wish.tpot_s)  # requests a second
    share = good / made.requests_s if made.requests_s else 0.0
    values = {
        "rate": rounded(result.rate), "capacity": rounded(result.capacity),
        "goodput": rounded(good), "share": f"{100 * share:.0f}",
    }  # fmt: skip
    return f"{t(key, **values)} {t('rate.' + _reason(wish, result))}"


def _reason(wish: Wish, result: Outcome) -> str:
    """What stands in the way, read off the log."""
    steps, served = result.steps, result.served
    seconds = sum(step.end_s - step.start_s for step in steps)
    full = _share(steps, seconds, lambda s: s.running >= wish.policy.max_seqs and s.waiting > 0)
    blocked = _share(
        steps, seconds, lambda s: s.waiting > 0 and s.running < wish.policy.max_seqs
        and s.blocks_used > 0.9 * wish.policy.blocks,
    )  # fmt: skip
    if sum(one.preemptions for one in served) > len(served) / 20 or blocked > 0.2:
        return "why_memory"
    if wish.policy.batching != "continuous" and full < 0.5 and any(s.waiting for s in steps):
        return "why_batch"
    if full > 0.2:
        return "why_slots"
    return "why_steps" if wish.load > 0.6 else "why_idle"


def _share(
    steps: Sequence[StepRecord], seconds: float, holds: Callable[[StepRecord], bool]
) -> float:
    return sum(s.end_s - s.start_s for s in steps if holds(s)) / seconds if seconds else 0.0


def _table(wish: Wish, made: Summary) -> None:
    rows = [t("rate.table_head"), "|---|--:|--:|--:|--:|"]
    for name, tail, limit in (
        ("TTFT", made.ttft, wish.ttft_s), ("TPOT", made.tpot, wish.tpot_s),
        ("ITL", made.itl, None), ("E2E", made.e2e, None),
    ):  # fmt: skip
        cells = [spread(value) for value in (tail.p50, tail.p95, tail.p99)]
        rows.append(f"| {name} | {' | '.join(cells)} | {spread(limit) if limit else ''} |")
    st.markdown("\n".join(rows))
    st.caption(t("rate.table_note", n=made.answered, formula=t(f"rate.cost_{wish.place.key}")))
