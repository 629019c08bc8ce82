"""The cards of the endpoint lesson against a line that is really played through."""

import pytest

from lesson_core.learn.figures.endpoint import endpoint as figures
from lesson_core.learn.questions import endpoint
from lesson_core.theory import queueing


@pytest.mark.parametrize("seed", [1, 3, 5, 7, 21])
def test_an_overloaded_server_leaves_the_last_one_waiting(seed: int) -> None:
    posed = endpoint.overload(seed)
    capacity, rate, total = (float(posed.values[n]) for n in ("capacity", "rate", "total_s"))
    arrivals = [at / rate for at in range(round(rate * total))]
    waits = queueing.waits(arrivals, [1 / capacity] * len(arrivals), 1)
    assert waits[-1] == pytest.approx(posed.answer, rel=posed.rel_tol)


@pytest.mark.parametrize("seed", [2, 4, 6, 8])
def test_littles_law(seed: int) -> None:
    posed = endpoint.little(seed)
    v = {name: float(str(value).replace(",", "")) for name, value in posed.values.items()}
    e2e_s = (v["ttft_ms"] + (v["tokens"] - 1) * v["tpot_ms"]) / 1e3
    assert v["e2e_s"] == pytest.approx(e2e_s)
    assert posed.answer * e2e_s == pytest.approx(v["users"])


def test_the_transfer_adds_up() -> None:
    f = {name: float(text) for name, text in figures().items()}
    assert f["e_wait_s"] == pytest.approx((f["e_ratio"] - 1) * f["e_total_s"]) == 120
    assert f["e_capacity"] == pytest.approx(f["e_users"] / f["e_answer_s"], rel=0.03)
    assert f["e_hour_min"] == 12
