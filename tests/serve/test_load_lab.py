"""A simulated server: past its capacity the queue grows, below it nobody waits long."""

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.serving import Policy
from lesson_core.serve import load_lab
from lesson_core.serve.load_lab import Place
from lesson_core.theory.served import summary
from lesson_core.theory.step_time import StepPrices

PRICES = StepPrices(knots=(1, 512), base=(0.01, 0.2), context=1e-6, pairs=0.0, sequences=1e-4)
PLACE = Place(
    key="here", title="", prices=PRICES, slots=(2, 8), blocks=512, tokens=1 / 8, longest=1024,
    budget=256, ttft_s=1.0, tpot_s=0.1,
)  # fmt: skip


@pytest.fixture(scope="module")
def traffic() -> load_lab.Traffic:
    return load_lab.traffic(PLACE, "conversation", bursts=False)


def rules(**more: object) -> Policy:
    asked = {"batching": "continuous", "order": "fcfs", "slots": 8, "memory": 1.0, "chunked": True}
    return load_lab.policy(PLACE, **{**asked, **more})  # type: ignore[arg-type]


def test_waiting_grows_with_the_load(traffic) -> None:
    low, high, over = (
        summary(load_lab.outcome(PLACE, rules(), traffic, load).served).ttft.p99
        for load in (0.3, 0.9, 1.3)
    )
    assert low < high < over


def test_continuous_batching_can_do_more_than_static(traffic) -> None:
    static, continuous = (
        load_lab.capacity(PLACE, rules(batching=kind), traffic) for kind in ("static", "continuous")
    )
    assert continuous > 1.1 * static


def test_little_memory_preempts(traffic) -> None:
    kept = load_lab.outcome(PLACE, rules(memory=0.125), traffic, 0.9).served
    assert sum(one.preemptions for one in kept) > 0
    assert all(one.finish == "length" for one in kept)


def test_bursts_have_the_same_mean_gap_and_a_longer_tail(traffic) -> None:
    bursts = load_lab.traffic(PLACE, "conversation", bursts=True)
    for one in (traffic, bursts):
        assert one.arrivals[-1].at_s / len(one.arrivals) == pytest.approx(1, rel=0.15)
    late = [
        summary(load_lab.outcome(PLACE, rules(), t, 0.7).served).ttft.p99 for t in (traffic, bursts)
    ]
    assert late[1] > late[0]


def test_a_file_of_ones_own_is_used_as_it_is() -> None:
    text = "time,prompt,output\n0,100,10\n1,200,20\n2,5000,10\n"
    own = load_lab.traffic(PLACE, "own", bursts=False, csv=text)
    assert sorted(a.prompt for a in own.arrivals) == [100, 200]
    assert own.left_out == 1


def test_a_file_in_which_nothing_fits_is_refused() -> None:
    with pytest.raises(LabError) as refusal:
        load_lab.traffic(PLACE, "own", bursts=False, csv="time,prompt,output\n0,5000,10\n")
    assert refusal.value.code == "trace_none_fits"
    assert refusal.value.values == {"shortest": 5010, "limit": 1024}
