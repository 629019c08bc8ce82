"""Static and continuous batching on the same requests: another order, the same answers."""

import json

import pytest

from lesson_core.experiments import batching, replay, serving_setting
from lesson_core.schema.batching import Batching, Replay
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.serving import Policy
from tests.experiments.fake_lab import RECIPE, FakeLab

SPEC = Batching(recipe=RECIPE, requests=5, slots=2)


@pytest.fixture
def events(lab: FakeLab, monkeypatch) -> list[Event]:
    monkeypatch.setattr(serving_setting, "ROUNDS", 1)
    monkeypatch.setattr(batching, "TURNS", 1)
    return list(batching.run(SPEC, lab))


def told(events: list[Event], what: str) -> list[dict]:
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


def test_the_answers_do_not_depend_on_the_scheduler(events: list[Event]) -> None:
    summary = events[-1].detail
    json.dumps(to_plain(events[-1]))
    assert summary["same"] == summary["requests"] == 5
    assert summary["ratios"] == [
        b / a for a, b in zip(*summary["tok_s"].values(), strict=True)
    ]  # fmt: skip
    for rows in summary["rows"].values():
        assert [row["tokens"] for row in rows] == [row["new_tokens"] for row in rows]
        assert sum(row["new_tokens"] for row in rows) == summary["answer_tokens"]


def test_both_are_predicted_before_either_is_run(events: list[Event]) -> None:
    order = [e.detail["what"] for e in events if e.stage == "data"]
    assert order.index("run") == 2
    assert {run["kind"] for run in told(events, "predicted")} == {"static", "continuous"}


def test_a_static_batch_lets_nobody_in_before_it_is_over(events: list[Event]) -> None:
    rows = events[-1].detail["rows"]["static"]
    begun = [next(a for a, _, kind in row["spans"] if kind != "wait") for row in rows]
    ends = [row["end_s"] for row in rows]
    assert min(begun[2:4]) >= max(ends[:2])
    assert begun[4] >= max(ends[2:4])


def test_cancelling_ends_it_without_a_result(lab: FakeLab, monkeypatch) -> None:
    monkeypatch.setattr(serving_setting, "ROUNDS", 1)
    lab.cancelled = lambda: True
    assert all(event.stage != "result" for event in batching.run(SPEC, lab))


def test_a_replay_serves_every_request_when_it_comes(lab: FakeLab, monkeypatch) -> None:
    monkeypatch.setattr(serving_setting, "ROUNDS", 1)
    spec = Replay(
        recipe=RECIPE, policy=Policy(max_seqs=2, blocks=32, token_budget=16),
        arrivals_s=(0.0, 0.01, 0.02), prompts=(5, 9, 3), answers=(4, 2, 6),
    )  # fmt: skip
    summary = list(replay.run(spec, lab))[-1].detail
    for name in ("predicted", "served"):
        assert [len(one["token_s"]) for one in summary[name]] == [4, 2, 6]
        for one in summary[name]:
            assert one["token_s"][0] >= one["arrival_s"]
