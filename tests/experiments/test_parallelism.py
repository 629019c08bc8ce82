"""The parallelism lesson as a page sees it, with two real processes on a tiny model."""

import json

import pytest

from lesson_core.experiments import parallelism
from lesson_core.measure import sharing
from lesson_core.schema.events import Event
from lesson_core.schema.parallelism import Parallelism
from lesson_core.schema.plain import to_plain
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab

SPEC = Parallelism(recipe=RECIPE, prompt="Two of us", new_tokens=6, rounds=3, flow_tokens=16,
                   flow_repeats=1)  # fmt: skip


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ranks invent the lab's tiny model in place of reading files; nothing is large."""

    def give(ranks, loaded) -> None:
        ranks.ask("invent", model="whole", config=to_plain(CONFIG), seed=0, dtype="fp32")
        sharing.cut_up(ranks, CONFIG)

    monkeypatch.setattr(parallelism, "give", give)
    monkeypatch.setattr(sharing, "PROBE", 1_000_000)
    monkeypatch.setattr(sharing, "SIZES", (256, 4096, 65_536))


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> list[Event]:
    with pytest.MonkeyPatch.context() as patch:
        tiny.__wrapped__(patch)
        return list(parallelism.run(SPEC, FakeLab(tmp_path_factory.mktemp("lab"))))


def told(events: list[Event], what: str) -> list[dict]:
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


def test_everything_is_predicted_before_a_step_is_run(events) -> None:
    order = [e.detail.get("what") for e in events if e.stage == "data"]
    assert order[:3] == ["link", "predicted", "proof"]
    assert order[3:15] == ["turn"] * 12
    assert order[15:] == ["flow"] * 8
    ways = told(events, "predicted")[0]["ways"]
    assert list(ways) == list(parallelism.WAYS)
    assert ways["tensor"]["weights"] > 0
    assert "talk" not in ways["single"]


def test_the_shared_model_says_the_same(events) -> None:
    proof = told(events, "proof")[0]
    for way in ("tensor", "pipeline"):
        assert proof[way]["same"] == proof[way]["tokens"] == SPEC.new_tokens
        assert proof[way]["delta"] < 1e-5


def test_the_bubbles_stand_beside_both_formulas(events) -> None:
    for flow in told(events, "flow"):
        m = flow["micro_batches"]
        assert flow["equal"] == pytest.approx(1 / (m + 1))
        assert 0 <= flow["idle"] < 1
        assert [len(spans) for spans in flow["stages"]] == [m, m]
        first, second = flow["stages"]
        for (_, _, done), (_, begun, _) in zip(first, second, strict=True):
            assert begun >= done  # a stage cannot work on what has not reached it


def test_the_result_can_be_kept(events) -> None:
    result = events[-1]
    assert result.stage == "result"
    assert json.loads(json.dumps(result.detail)) == json.loads(json.dumps(to_plain(result.detail)))
    assert {len(samples) for samples in result.detail["samples"].values()} == {SPEC.rounds}
    assert set(result.detail["steps"][0]["parts_s"]) >= {"weights", "overhead", "talk"}


def test_a_cancelled_run_ends_without_a_result(tmp_path) -> None:
    stopped = list(parallelism.run(SPEC, FakeLab(tmp_path, stop_after=3)))
    assert stopped[-1].stage != "result"
