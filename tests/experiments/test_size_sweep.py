"""The size sweep as a page sees it: predicted first, then size by size, resumed, refused."""

import json
from types import SimpleNamespace

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import size_sweep
from lesson_core.measure import sweep
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.size_sweep import SizePoint, SizeSweep
from tests.experiments.fake_lab import FakeLab, card

SPEC = SizeSweep(largest="1M", threads=1, rounds=3, card=card())


@pytest.fixture(autouse=True)
def one_call_per_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake clock does not know how long a call takes; nobody needs to wait for it."""
    monkeypatch.setattr(sweep, "loops_for", lambda work, clock, least_s: 1)


def told(events: list[Event], what: str) -> list[dict]:
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


def test_everything_is_predicted_before_anything_is_measured(lab: FakeLab) -> None:
    events = list(size_sweep.run(SPEC, lab))
    stages = [e.detail.get("what") for e in events if e.stage == "data"]
    assert stages == ["predicted", "size", "size", "size"]
    rows = told(events, "predicted")[0]["sizes"]
    assert [row["size"] for row in rows] == ["0.1M", "0.4M", "1M"]
    assert all(row["predicted_s"] == pytest.approx(sum(row["parts_s"].values())) for row in rows)


def test_the_result_can_be_kept_and_read_again(lab: FakeLab) -> None:
    result = list(size_sweep.run(SPEC, lab))[-1]
    assert result.stage == "result"
    assert json.loads(json.dumps(result.detail)) == result.detail
    points = result.detail["points"]
    assert [point["n"] for point in points] == [3, 3, 3]
    assert all(p["low_s"] <= p["median_s"] <= p["high_s"] for p in points)
    assert not any(point["kept"] or point["noisy"] for point in points)
    assert result.detail["fit"]["layer_s"] > 0
    assert len(result.detail["largest"]) == 3
    assert result.detail["environment"]["precision"] == "fp32"


def test_a_cancelled_sweep_keeps_what_it_has_and_goes_on_from_there(tmp_path) -> None:
    stopped = list(size_sweep.run(SPEC, FakeLab(tmp_path, stop_after=3)))
    done = told(stopped, "size")
    assert [row["size"] for row in done] == ["0.1M", "0.4M"]
    assert stopped[-1].stage != "result"
    known = tuple(
        SizePoint(**{k: row[k] for k in ("size", "samples_s", "machine_id", "threads")})
        for row in done
    )
    again = from_plain(SizeSweep, to_plain(SizeSweep(**{**vars(SPEC), "known": known})))
    resumed = told(list(size_sweep.run(again, FakeLab(tmp_path))), "size")
    assert [row["kept"] for row in resumed] == [True, True, False]
    assert [row["samples_s"] for row in resumed[:2]] == [list(row["samples_s"]) for row in done]


def test_points_of_another_machine_are_measured_again(lab: FakeLab) -> None:
    foreign = SizePoint(size="0.1M", samples_s=(1.0, 1.0, 1.0), machine_id="other", threads=1)
    spec = SizeSweep(**{**vars(SPEC), "known": (foreign,), "largest": "0.1M"})
    assert not told(list(size_sweep.run(spec, lab)), "size")[0]["kept"]


def test_what_memory_has_no_room_for_is_told_with_its_numbers(
    lab: FakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = sweep.psutil.virtual_memory().total
    memory = SimpleNamespace(available=3_000_000, total=total)
    monkeypatch.setattr(sweep.psutil, "virtual_memory", lambda: memory)
    events = list(size_sweep.run(SPEC, lab))
    assert [row["size"] for row in told(events, "size")] == ["0.1M"]
    refused = told(events, "refused")
    assert [row["size"] for row in refused] == ["0.4M", "1M"]
    assert events[-1].detail["refused"] == [
        {k: v for k, v in row.items() if k != "what"} for row in refused
    ]
    assert events[-1].detail["fit"] is None  # one point is no line


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"largest": "2T"}, "size_unknown"), ({"batch": 0}, "out_of_range"),
     ({"precision": "fp16"}, "precision_unknown"), ({"rounds": 1}, "out_of_range")],
)  # fmt: skip
def test_a_bad_sweep_cannot_be_asked_for(changes: dict, code: str) -> None:
    with pytest.raises(LabError) as refused:
        SizeSweep(**changes)
    assert refused.value.code == code
