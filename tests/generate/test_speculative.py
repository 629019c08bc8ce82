"""The rule keeps the law of the model; a rule that is nearly right does not, and is caught."""

from pathlib import Path
from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.speculative import answer, plainly, speculate
from lesson_core.generate.speculative_accept import accept, certain, residual, target_again
from lesson_core.generate.speculative_draft import (
    Draft,
    DraftModel,
    EarlyExit,
    Lookup,
    check_same_vocabulary,
    without_last_layers,
)
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory import chi_square
from lesson_core.theory.metrics import latency
from lesson_core.theory.speculative import acceptance_rate, overlap
from tests.model.tiny import tiny_model
from tests.text.tiny import save_tokenizer

DRAWS = 6_000
P = (2 * torch.randn(2, 12, generator=torch.Generator().manual_seed(1))).double().softmax(dim=-1)
"""The model's laws of a draft token and of the one after it."""


def _law(seed: int) -> torch.Tensor:
    logits = 2 * torch.randn(1, 12, generator=torch.Generator().manual_seed(seed))
    return logits.double().softmax(dim=-1)


def _p_value(q: torch.Tensor, resample: Any, certainly: bool = False) -> tuple[float, float]:
    """χ² of the first token of `DRAWS` rounds against p, and the share of drafts that stayed."""
    random = torch.Generator().manual_seed(9)
    counts, stayed = [0] * 12, 0
    for _ in range(DRAWS):
        token = int(torch.multinomial(q[0], 1, generator=random))
        law = certain([token], 12) if certainly else q
        verdict = accept([token], law, P, random, resample)
        counts[token if verdict.accepted else verdict.token] += 1
        stayed += verdict.accepted
    return chi_square.fit(counts, P[0].tolist()).p_value, stayed / DRAWS


@pytest.mark.parametrize("seed", [2, 3])
def test_the_rule_keeps_the_law_whatever_was_drafted(seed: int) -> None:
    q = _law(seed)
    p_value, stayed = _p_value(q, residual)
    assert p_value > 0.001
    assert stayed == pytest.approx(overlap(P[0].tolist(), q[0].tolist()), abs=0.02)


def test_it_keeps_the_law_for_a_draft_that_was_not_drawn() -> None:
    certain_token = torch.zeros(1, 12, dtype=torch.double)
    certain_token[0, int(P[0].argmax())] = 1
    assert _p_value(certain_token, residual, certainly=True)[0] > 0.001


def test_drawing_from_p_after_a_rejection_is_caught() -> None:
    assert _p_value(_law(2), target_again)[0] < 0.001


def test_keeping_every_draft_is_caught() -> None:
    q = _law(2)
    random = torch.Generator().manual_seed(9)
    drawn = torch.multinomial(q[0], DRAWS, replacement=True, generator=random)
    counts = torch.bincount(drawn, minlength=12).tolist()
    assert chi_square.fit(counts, P[0].tolist()).p_value < 0.001


@torch.inference_mode()
@pytest.mark.parametrize("resample", [residual, target_again])
def test_two_sampled_tokens_of_a_whole_run(resample: Any) -> None:
    """Three tokens jointly, prefill and a round, against the product of the model's own laws."""
    shape: dict[str, Any] = {"vocab_size": 6, "tie_word_embeddings": False}
    model, small = tiny_model(**shape), tiny_model(**shape, num_hidden_layers=1)
    prompt = [1, 2, 3]
    law = _joint(model, prompt)
    counts = [0] * len(law)
    for seed in range(1_500):
        sampling = Sampling(temperature=1.0, seed=seed)
        drafter = DraftModel(small, KVCache(small.config, 1, 6, torch.float32, "cpu"), sampling)
        cache = KVCache(model.config, 1, 6, torch.float32, "cpu")
        rounds = speculate(model, prompt, new_tokens=3, drafter=drafter, gamma=2, cache=cache,
                           sampling=sampling, clock=lambda: 0.0, resample=resample)  # fmt: skip
        one, two, three = [token for found in rounds for token in found.tokens]
        counts[36 * one + 6 * two + three] += 1
    p_value = chi_square.fit(counts, law).p_value
    assert p_value > 0.001 if resample is residual else p_value < 0.001


def _joint(model: Any, prompt: list[int]) -> list[float]:
    law = torch.ones(1, dtype=torch.double)
    texts = [prompt]
    for _ in range(3):
        logits = torch.cat([model.last_logits(torch.tensor([t]), NoCache()) for t in texts])
        law = (law[:, None] * logits.double().softmax(dim=-1)).flatten()
        texts = [[*text, token] for text in texts for token in range(6)]
    return law.tolist()


def test_the_same_seed_draws_the_same_tokens() -> None:
    model = tiny_model()

    def run(seed: int) -> list[int]:
        sampling = Sampling(temperature=8.0, seed=seed)
        cache = KVCache(model.config, 1, 32, torch.float32, "cpu")
        rounds = speculate(model, [5, 6, 7], new_tokens=20, gamma=3, sampling=sampling,
                           drafter=EarlyExit(model, cache, 1, sampling), cache=cache,
                           clock=lambda: 0.0)  # fmt: skip
        return [token for found in rounds for token in found.tokens]

    assert run(1) == run(1) != run(2)


def test_the_events_tell_what_stayed(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    tokenizer = Tokenizer.load(tmp_path)
    model = tiny_model(vocab_size=300)
    prompt, seconds = tokenizer.encode("abcabc"), iter(range(1000))
    cache = KVCache(model.config, 1, 32, torch.float32, "cpu")
    rounds = list(
        speculate(model, prompt, new_tokens=12, drafter=Lookup(), gamma=3, sampling=Sampling(),
                  cache=cache, clock=lambda: float(next(seconds)))
    )  # fmt: skip
    events = list(answer(iter(rounds), tokenizer, 0.0))
    passes = [event for event in events if event.stage != "sample"]
    tokens = [event for event in events if event.stage == "sample"]
    assert [event.stage for event in passes] == ["prefill"] + ["decode"] * (len(passes) - 1)
    assert len(tokens) == 12 == latency(events).tokens
    for event, found in zip(passes, rounds, strict=True):
        own = [token for token in tokens if token.step == event.step]
        assert event.detail["accepted"] == sum(token.detail["draft"] for token in own)
        assert [token.token_id for token in own] == found.tokens
        assert len(event.detail["proposed"]) == len(found.proposed)
    assert "".join(event.text or "" for event in tokens) == tokenizer.decode(
        token for found in rounds for token in found.tokens
    )


def test_without_a_match_a_round_is_a_plain_step() -> None:
    model = tiny_model()

    class Nothing:
        def propose(self, text: list[int], count: int) -> Draft:
            return Draft([])

    def cache() -> KVCache:
        return KVCache(model.config, 1, 32, torch.float32, "cpu")

    options: dict[str, Any] = {"new_tokens": 9, "sampling": Sampling(), "clock": lambda: 0.0}
    fast = speculate(model, [5, 6], drafter=Nothing(), gamma=4, cache=cache(), **options)
    assert list(fast) == list(plainly(model, [5, 6], cache=cache(), **options))


def test_a_rate_counts_only_what_was_tried() -> None:
    model = tiny_model()
    cache = KVCache(model.config, 1, 32, torch.float32, "cpu")
    drafter = DraftModel(model, KVCache(model.config, 1, 32, torch.float32, "cpu"), Sampling())
    rounds = speculate(model, [5, 6], new_tokens=16, drafter=drafter, gamma=4, cache=cache,
                       sampling=Sampling(), clock=lambda: 0.0)  # fmt: skip
    assert acceptance_rate([(len(r.proposed), r.accepted) for r in rounds]) == 1.0


@pytest.mark.parametrize("skip", [0, 2, -1])
def test_all_or_no_layers_cannot_be_left_out(skip: int) -> None:
    with pytest.raises(LabError, match="draft_skip_out_of_range"):
        without_last_layers(tiny_model(), skip)


def test_another_vocabulary_cannot_draft(tmp_path: Path) -> None:
    save_tokenizer(tmp_path)
    one, other = Tokenizer.load(tmp_path), Tokenizer.load(tmp_path)
    check_same_vocabulary(one, other, "itself")
    other._bytes = {**other._bytes, 40: b"?"}
    with pytest.raises(LabError, match="draft_tokenizer_differs"):
        check_same_vocabulary(one, other, "other")
