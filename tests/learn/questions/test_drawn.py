"""Drawn questions against arithmetic written out here, from the numbers the learner sees."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest

from lesson_core.learn import bank
from lesson_core.learn.questions import (
    batching,
    caching,
    compression,
    endpoint,
    evaluate,
    fusion,
    inference_pipeline,
    machine,
    measuring,
    optimise,
    parallelism,
    planner,
    speculative,
    two_regimes,
    what_is_an_llm,
)
from lesson_core.schema.question import Numeric, Posed
from lesson_core.schema.specs import Sampling
from lesson_core.theory import next_token

SEEDS = range(25)


class Card:
    """The numbers of a card as attributes."""

    def __init__(self, posed: Posed) -> None:
        self.posed = posed

    def __getattr__(self, name: str) -> float:
        return float(str(self.posed.values[name]).replace(",", ""))

    def all(self, name: str) -> list[float]:
        """Every number in a text of several."""
        return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", str(self.posed.values[name]))]


def layer(c: Card) -> float:
    """q and output, k and v, gate, up and down."""
    return c.d_model * (2 * c.n_heads * c.d_head + 2 * c.n_kv_heads * c.d_head + 3 * c.d_ff)


def written_s(c: Card, tokens: float) -> float:
    return c.ttft_ms + (tokens - 1) * c.tpot_ms


WRITTEN_OUT: list[tuple[Callable[[int], Posed], Callable[[Card], float]]] = [
    (what_is_an_llm.layer_count, layer),
    (what_is_an_llm.two_languages,
     lambda c: written_s(c, c.chinese) / written_s(c, c.english)),
    (inference_pipeline.weights_gib, lambda c: c.params * c.bytes / 1024**3),
    (inference_pipeline.prompt_flops,
     lambda c: 1e3 * 2 * c.layers_b * 1e9 * c.prompt / (c.tflops * 1e12 * c.reached / 100)),
    (two_regimes.batch_rate,
     lambda c: c.users * c.bandwidth_gbs / (c.weights_gb + c.users * c.cache_gb)),
    (two_regimes.group_intensity,
     lambda c: c.heads * 4 * 128 * c.context / (c.kv_heads * 2 * 128 * c.context * c.bytes)),
    (measuring.by_request,
     lambda c: ((c.short - 1) * c.slow_ms + (c.long - 1) * c.fast_ms) / (c.short + c.long - 2)),
    (measuring.third_quartile, lambda c: float(np.percentile(c.all("samples"), 75))),
    (fusion.score_matrix, lambda c: c.heads * c.tokens**2 * 2 / 1e9),
    (compression.rounding, lambda c: 1e3 * c.largest / (2 ** (c.bits - 1) - 1) / 2),
    (compression.two_to_four, lambda c: c.d_in * c.d_out * (0.5 * 16 + 0.5 * 2) / 8 / 1e6),
    (speculative.accepted_share,
     lambda c: sum(min(p, q) for p, q in zip(c.all("p"), c.all("q"), strict=True))),
    (speculative.thrown_away,
     lambda c: c.gamma - sum(c.alpha**n for n in range(1, int(c.gamma) + 1))),
    (optimise.two_changes, lambda c: 100 / (c.reading / c.a + c.starting / c.b + c.rest)),
    (planner.swap, lambda c: 1e3 * c.context * c.kv_kib * 1024 / (c.link_gbs * 1e9)),
    (planner.recompute, lambda c: (2 * c.params_b * 1e9 / (c.tflops * 1e12))
     / (c.kv_kib * 1024 / (c.link_gbs * 1e9))),
    (parallelism.ring,
     lambda c: 2 * c.layers * 2 * (c.ranks - 1) / c.ranks * c.width * 2 / 1e3),
    (parallelism.replicated,
     lambda c: 2 * c.layers * max(1, c.kv_heads // c.cards) * c.width * 2 / 1024),
    (batching.copies, lambda c: c.prompt // c.block + c.samples),
    (caching.prefix, lambda c: 100 * (c.shared // c.block) * c.block / (c.shared + c.own)),
    (endpoint.poisson_line, lambda c: c.service_ms * c.load / 100 / (2 * (1 - c.load / 100))),
    (evaluate.knows_nothing, lambda c: -math.log(1 / c.vocabulary)),
    (machine.utilisation, lambda c: 100 * c.weights_gb * c.rate / c.bandwidth_gbs),
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("draw", "answer"), WRITTEN_OUT, ids=lambda part: part.__name__)
def test_a_key_follows_from_what_is_seen(draw, answer, seed: int) -> None:
    posed = draw(seed)
    assert posed.answer == pytest.approx(answer(Card(posed)), rel=5e-3)
    assert isinstance(bank.question(posed.id), Numeric)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_nucleus_as_the_page_cuts_it(seed: int) -> None:
    card = Card(what_is_an_llm.nucleus(seed))
    shares = [*card.all("percents"), 100 - sum(card.all("percents"))]
    sampling = Sampling(temperature=1, top_p=card.top_p)
    law = next_token.distribution(np.log(np.array(shares)), sampling)
    assert card.posed.answer == law.kept


@pytest.mark.parametrize("seed", SEEDS)
def test_a_prompt_is_read_chunk_by_chunk(seed: int) -> None:
    card = Card(batching.chunks(seed))
    left, rounds = card.prompt, 0
    while left > 0:
        left -= card.budget - card.decodes
        rounds += 1
    assert card.posed.answer == rounds


@pytest.mark.parametrize("seed", SEEDS)
def test_both_limits_count(seed: int) -> None:
    card = Card(endpoint.joint(seed))
    rows = card.all("rows")
    good = sum(
        ttft <= card.ttft_limit and tpot <= card.tpot_limit
        for ttft, tpot in zip(rows[::2], rows[1::2], strict=True)
    )
    assert card.posed.answer == pytest.approx(good / card.seconds)
    assert good > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_shortest_first_waits_less(seed: int) -> None:
    card = Card(endpoint.shortest_first(seed))

    def mean_wait(jobs: list[float]) -> float:
        return sum(sum(jobs[:n]) for n in range(len(jobs))) / len(jobs)

    jobs = card.all("jobs")
    assert card.posed.answer == pytest.approx(mean_wait(jobs) - mean_wait(sorted(jobs)))


def test_a_poisson_line_that_is_played_through() -> None:
    posed = next(p for p in map(endpoint.poisson_line, range(50)) if p.values["load"] == 70)
    card = Card(posed)
    draws = np.random.default_rng(1)
    arrivals = np.cumsum(draws.exponential(card.service_ms / 0.7, 200_000))
    wait, free = 0.0, 0.0
    for at in arrivals:
        wait += max(0.0, free - at)
        free = max(free, at) + card.service_ms
    assert wait / len(arrivals) == pytest.approx(posed.answer, rel=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rounded_weight_is_never_farther_off(seed: int) -> None:
    card = Card(compression.rounding(seed))
    step = card.largest / card.levels
    weights = np.linspace(-card.largest, card.largest, 20_001)
    off = np.abs(np.round(weights / step) * step - weights).max()
    assert 1e3 * off == pytest.approx(card.posed.answer, rel=0.02)
