"""Rows of time, from steps made up for it."""

import pytest

from lesson_core.schema.serving import Request, StepRecord, WorkRecord
from lesson_core.serve.timeline import idle_share, reading_share, timeline


def step(start_s: float, end_s: float, *work: WorkRecord, running: int = 1) -> StepRecord:
    return StepRecord(
        start_s=start_s, end_s=end_s, work=work, blocks_used=1, waiting=0, running=running,
        swapped_blocks=0,
    )  # fmt: skip


def test_a_request_waits_reads_and_writes() -> None:
    asked = Request(id=7, prompt=(1, 2, 3, 4), new_tokens=3)
    steps = [
        step(1.0, 2.0, (7, 0, 2, "prefill")), step(2.0, 3.0, (7, 2, 2, "prefill")),
        step(3.0, 3.5, (7, 4, 1, "decode")), step(3.5, 4.0, (7, 5, 1, "decode")),
    ]  # fmt: skip
    (row,) = timeline([asked], steps)
    assert row.spans == [(0.0, 1.0, "wait"), (1.0, 3.0, "prefill"), (3.0, 4.0, "decode")]
    assert (row.first_s, row.end_s, row.tokens) == (3.0, 4.0, 3)


def test_a_step_without_it_is_a_pause() -> None:
    asked = Request(id=0, prompt=(1,), new_tokens=3)
    steps = [step(0.0, 1.0, (0, 0, 1, "prefill")), step(5.0, 6.0, (0, 1, 1, "decode"))]
    (row,) = timeline([asked], steps)
    assert [kind for *_, kind in row.spans] == ["prefill", "paused", "decode"]
    assert row.spans[1][:2] == (1.0, 5.0)


def test_who_was_never_served_waits_until_now() -> None:
    first, second = (Request(id=i, prompt=(1,), new_tokens=1, arrival_s=i / 2) for i in range(2))
    rows = timeline([first, second], [step(0.0, 2.0, (0, 0, 1, "prefill"))])
    assert rows[1].spans == [(0.5, 2.0, "wait")]
    assert (rows[1].first_s, rows[1].tokens) == (None, 0)


def test_shares_are_of_time_not_of_steps() -> None:
    steps = [
        step(0.0, 3.0, (0, 0, 8, "prefill"), running=2), step(3.0, 4.0, (0, 8, 1, "decode")),
    ]  # fmt: skip
    assert idle_share(steps, 2) == pytest.approx(1 / 8)
    assert reading_share(steps) == pytest.approx(3 / 4)
    assert idle_share([], 2) == reading_share([]) == 0.0
