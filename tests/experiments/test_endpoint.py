"""The endpoint job on the lab's own server, over real HTTP, with the real engine."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import endpoint
from lesson_core.schema.endpoint import Endpoint, Load, Sent, Target
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain
from tests.experiments.fake_lab import RECIPE, FakeLab

SPEC = Endpoint(recipe=RECIPE, connections=2, share=2.0, requests=40, prompt_words=4, new_tokens=4)


@pytest.fixture
def events(lab: FakeLab) -> list[Event]:
    return list(endpoint.run(SPEC, lab))


def told(events: list[Event], what: str) -> list[dict[str, object]]:
    found = [event.detail for event in events if event.stage == "data"]
    return [detail for detail in found if detail["what"] == what]


def test_both_loops_are_measured_and_the_second_predicted(events: list[Event]) -> None:
    result = events[-1].detail
    assert len(told(events, "open")) == SPEC.requests
    assert len(told(events, "closed")) == result["closed"]["requests"] == 20
    assert result["open"]["answered"] == SPEC.requests and not result["open"]["failures"]
    assert result["open"]["usage"] == {"missing": 0, "wrong": 0, "example": {},
                                       "tokens_per_piece": pytest.approx(1, abs=1)}  # fmt: skip
    assert result["rate"] == pytest.approx(SPEC.share * result["capacity"])
    # At twice what the server manages a line must form, in the prediction and in the run.
    assert result["predicted"]["ratio"] > 1 and result["measured"]["ratio"] > 1
    latency = result["open"]["latency"]
    assert latency["ttft"]["p50"] >= latency["ttft_naive"]["p50"]
    json.dumps(to_plain(events[-1]))


def test_the_prediction_comes_before_the_open_loop(events: list[Event]) -> None:
    order = [event.detail.get("what") for event in events if event.stage == "data"]
    assert order.index("expected") < order.index("open")
    line = told(events, "expected")[0]
    assert all(start >= due for due, start in zip(line["due_s"], line["start_s"], strict=True))


def test_requests_are_due_when_the_plan_says(events: list[Event]) -> None:
    sents = [from_plain(Sent, row) for row in events[-1].detail["sent"]["open"]]
    line = told(events, "expected")[0]
    assert [sent.intended_s for sent in sents] == line["due_s"]
    assert all(sent.started_s >= sent.intended_s for sent in sents)
    worst = max(sum(a.started_s < b.started_s < a.end_s for a in sents) for b in sents)
    assert worst < SPEC.connections


def test_a_closed_loop_alone(lab: FakeLab) -> None:
    result = list(endpoint.run(replace(SPEC, loop="closed"), lab))[-1].detail
    assert result["closed"]["answered"] == SPEC.requests
    assert result["open"] is None and result["predicted"] is None


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 5
    assert "result" not in [event.stage for event in endpoint.run(SPEC, lab)]


def test_a_server_that_is_not_there_is_a_sentence(lab: FakeLab) -> None:
    spec = replace(SPEC, target=Target(url="http://127.0.0.1:9"))
    with pytest.raises(LabError, match="endpoint_unreachable"):
        list(endpoint.run(spec, lab))
    assert lab.loads == 0


def test_a_lab_for_many_may_keep_to_its_own_server(
    lab: FakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_ENDPOINTS", "own")
    spec = replace(SPEC, target=Target(url="http://127.0.0.1:9"))
    with pytest.raises(LabError, match="endpoint_own_only"):
        list(endpoint.run(spec, lab))


def test_the_line_is_predicted_from_the_closed_loop() -> None:
    closed = [Sent(index=i, intended_s=0, started_s=0, end_s=2.0, piece_s=(0.5, 2.0))
              for i in range(3)]  # fmt: skip
    load = Load(loop="open", rate=1.0, connections=1, requests=50, seed=3)
    line = endpoint.expected(load, closed)
    busy = [b - a for a, b in zip(line["start_s"], line["start_s"][1:], strict=False)]
    assert min(busy) >= 2.0  # one connection, two seconds each
    found = endpoint.parts([1.0] * 40, [0.5] * 40)
    assert found == {"wait_s": 1.0, "ttft_s": 0.5, "ratio": 3.0}
    assert endpoint.parts([1.0], [0.5])["ratio"] is None


@pytest.fixture
def key() -> Iterator[str]:
    os.environ["LAB_API_KEY_TEST"] = "sk-very-secret"
    yield "LAB_API_KEY_TEST"
    del os.environ["LAB_API_KEY_TEST"]


def test_a_key_is_in_no_spec_and_in_no_event(lab: FakeLab, key: str) -> None:
    spec = replace(SPEC, target=Target(url="http://127.0.0.1:9", key_env=key))
    assert "sk-very-secret" not in json.dumps(to_plain(spec))
    with pytest.raises(LabError) as problem:
        list(endpoint.run(spec, lab))
    assert "sk-very-secret" not in str(problem.value)
