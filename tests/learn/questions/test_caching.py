"""The cards of the caching lesson against caches that are really played through."""

import random

import pytest

from lesson_core.learn.figures import caching as caching_figures
from lesson_core.learn.questions import caching
from lesson_core.schema.caching import Caching
from lesson_core.schema.recipe import Recipe
from lesson_core.serve.request_log import WORDINGS, pool


@pytest.mark.parametrize("seed", [1, 4, 7, 10])
def test_che_against_a_line_of_requests(seed: int) -> None:
    posed = caching.che(seed)
    stay, every = int(str(posed.values["stay"])), int(str(posed.values["every"]))
    draw, last, asked, inside = random.Random(seed), None, 0, 0
    for now in range(400_000):
        if draw.random() < 1 / every:
            asked += 1
            inside += last is not None and now - last <= stay
            last = now
    assert 100 * inside / asked == pytest.approx(posed.answer, abs=2.5)


@pytest.mark.parametrize("seed", [2, 5, 8])
def test_latency_request_by_request(seed: int) -> None:
    posed = caching.latency(seed)
    v = {name: float(str(value).replace(",", "")) for name, value in posed.values.items()}
    each = [v["look_ms"] + (0 if i < v["percent"] else v["miss_ms"]) for i in range(100)]
    assert sum(each) / 100 == pytest.approx(posed.answer)
    assert v["look_ms"] + v["computed_ms"] == pytest.approx(posed.answer)


@pytest.mark.parametrize("seed", [0, 3, 6, 9])
def test_wrong_answers_counted_one_by_one(seed: int) -> None:
    posed = caching.right(seed)
    v = {name: int(str(value)) for name, value in posed.values.items()}
    wrong = sum(v["false"] for _ in range(v["hits"]))  # of 100 answers per hit in a hundred
    assert wrong / 100 == pytest.approx(posed.answer)
    assert (v["hits"] * v["precision"] / 100 + v["misses"]) == pytest.approx(100 - posed.answer)


def test_the_guess_speaks_of_the_first_settings() -> None:
    first = Caching(recipe=Recipe(model=""))
    assert (first.capacity, first.skew, first.policy) == (
        caching_figures.ROOM, caching_figures.SKEW, "lru",
    )  # fmt: skip
    assert pool("en").questions == caching_figures.QUESTIONS
    assert WORDINGS == caching_figures.WORDINGS


def test_the_transfer_adds_up() -> None:
    f = {name: float(text.replace(",", "")) for name, text in caching_figures.caching().items()}
    assert f["ca_rest_ms"] / f["ca_whole_ms"] == pytest.approx(
        1 - f["ca_shared"] / f["ca_prompt"], abs=0.02
    )
    assert f["ca_e2e_s"] == pytest.approx(f["ca_decode_s"] + f["ca_whole_ms"] / 1e3, abs=0.011)
    assert f["ca_mean_s"] == pytest.approx(f["ca_e2e_s"] * (1 - f["ca_hits"] / 100), abs=0.011)
    assert f["ca_kv_mib"] == pytest.approx(1600 * 128 / 1024)
    assert f["ca_wrong"] == f["ca_hits"] * f["ca_false"] / 100
    assert f["ca_flat"] < f["ca_lru"] < f["ca_lfu"]
