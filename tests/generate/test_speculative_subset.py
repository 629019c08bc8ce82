"""A draft in a smaller vocabulary: it says only what it knows, and the law stays the model's."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from lesson_core.generate.speculative import plainly, speculate
from lesson_core.generate.speculative_accept import accept, draw
from lesson_core.generate.speculative_draft import Draft, DraftModel
from lesson_core.generate.speculative_subset import Subset, SubsetDraft
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling
from lesson_core.theory import chi_square
from tests.model.tiny import tiny_model

KNOWN = torch.tensor([0, 3, 7, 8, 12, 20, 31, 33, 40, 49])
SUBSET = Subset(KNOWN, vocab_size=50)
PROMPT = [5, 7, 41]


def draft_model() -> Transformer:
    return tiny_model(vocab_size=10, num_hidden_layers=1, tie_word_embeddings=False)


def cache(model: Transformer) -> KVCache:
    return KVCache(model.config, 1, 32, torch.float32, "cpu")


def draft(sampling: Sampling, subset: Subset = SUBSET) -> SubsetDraft:
    model = draft_model()
    return SubsetDraft(DraftModel(model, cache(model), sampling), subset)


def test_tokens_go_there_and_back() -> None:
    assert SUBSET.narrow([7, 41, 49, 0]) == [2, 0, 9, 0]
    assert SUBSET.widen(Draft([2, 9, 1])) == Draft([7, 49, 3])


def test_a_draft_ends_where_it_cannot_say_the_token() -> None:
    assert SUBSET.widen(Draft([2, 0, 9])).tokens == [7]
    assert SUBSET.widen(Draft([0, 9])) == Draft([])


def test_the_law_of_a_draft_is_that_of_what_it_may_say() -> None:
    q = torch.full((2, 10), 0.1, dtype=torch.double)
    wide = SUBSET.widen(Draft([2, 0], q))
    assert wide.tokens == [7] and wide.q is not None
    assert wide.q.shape == (1, 50)
    assert float(wide.q.sum()) == pytest.approx(1)
    assert float(wide.q[0, 0]) == 0 and float(wide.q[0, 7]) == pytest.approx(1 / 9)


def test_it_survives_the_disk(tmp_path: Path) -> None:
    SUBSET.save(tmp_path)
    assert Subset.load(tmp_path, 50).ids.tolist() == KNOWN.tolist()


def test_greedy_answers_are_those_without_a_draft() -> None:
    model, greedy = tiny_model(), Sampling()
    plain = plainly(model, PROMPT, new_tokens=20, sampling=greedy, cache=cache(model), clock=float)
    fast = list(
        speculate(
            model, PROMPT, new_tokens=20, sampling=greedy, cache=cache(model), clock=float,
            drafter=draft(greedy), gamma=3,
        )
    )  # fmt: skip
    assert [t for r in fast for t in r.tokens] == [t for r in plain for t in r.tokens]
    assert any(r.proposed for r in fast)


P = torch.softmax(torch.randn(50, generator=torch.Generator().manual_seed(3)).double(), dim=0)
Q = torch.tensor([6, 1, 4, 2, 2, 1, 1, 1, 1, 1], dtype=torch.double) / 20
DRAWS = 4000


def p_value(widen: Callable[[Draft], Draft]) -> float:
    """First tokens of rounds whose draft is drawn from Q, against the model's law P."""
    random, counts = torch.Generator().manual_seed(1), [0] * 50
    for _ in range(DRAWS):
        wide = widen(Draft([draw(Q, random)], Q[None]))
        law = P.expand(len(wide.tokens) + 1, -1)
        q = torch.empty(0, 50) if wide.q is None else wide.q
        verdict = accept(wide.tokens, q, law, random)
        counts[[*wide.tokens[: verdict.accepted], verdict.token][0]] += 1
    return chi_square.fit(counts, P.tolist()).p_value


def test_sampled_tokens_follow_the_law_of_the_model() -> None:
    assert float(Q[0]) > 0.05  # the draft often wants to say what it cannot
    assert p_value(SUBSET.widen) > 0.001


def test_a_law_that_is_not_scaled_is_caught() -> None:
    """Known wrong: the share of all other tokens is left out of the law of those proposed."""

    def unscaled(draft: Draft) -> Draft:
        wide = SUBSET.widen(draft)
        return wide if wide.q is None else Draft(wide.tokens, wide.q * (1 - Q[0]))

    assert p_value(unscaled) < 0.001
