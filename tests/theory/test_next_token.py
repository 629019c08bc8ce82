"""The page's own arithmetic against the sampler that runs in the worker."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.generate.sample import filtered_probs
from lesson_core.schema.specs import Sampling
from lesson_core.theory import next_token

LOGITS = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=40)
SETTINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.3, 1.0, 2.5, 100.0]),
    top_k=st.sampled_from([0, 1, 5, 1000]),
    top_p=st.sampled_from([0.0, 0.4, 0.9, 1.0]),
)


@given(LOGITS, SETTINGS)
def test_the_same_law_as_the_sampler(values: list[float], sampling: Sampling) -> None:
    # Sums of equal numbers in another order may fall on either side of a threshold: keep apart.
    values = [value + 1e-3 * i for i, value in enumerate(values)]
    logits = np.asarray(values, dtype=np.float32)
    ours = next_token.distribution(logits.astype(np.float64), sampling)
    theirs = filtered_probs(torch.from_numpy(logits), sampling).numpy()
    back = np.zeros(len(values))
    back[ours.ids] = ours.probs
    np.testing.assert_allclose(back, theirs, atol=1e-12)
    assert ours.kept == np.count_nonzero(theirs)


@given(LOGITS, SETTINGS)
def test_a_law_is_a_law(values: list[float], sampling: Sampling) -> None:
    law = next_token.distribution(np.asarray(values), sampling)
    assert law.probs.sum() == pytest.approx(1)
    assert 1 <= law.kept <= len(values)
    assert (np.diff(law.probs) <= 1e-15).all()
    assert 0 <= law.entropy_bits <= math.log2(law.kept) + 1e-9


def test_entropy_of_equal_tokens_counts_them() -> None:
    law = next_token.distribution(np.zeros(8), Sampling(temperature=1.0))
    assert law.entropy_bits == pytest.approx(3)
    assert next_token.perplexity(law.probs) == pytest.approx(8)


def test_greedy_keeps_one() -> None:
    law = next_token.distribution(np.array([1.0, 5.0, 2.0]), Sampling())
    assert (law.top(1), law.kept, law.entropy_bits) == ([(1, 1.0)], 1, 0.0)


def test_logits_survive_the_way_exactly() -> None:
    logits = np.random.default_rng(0).normal(size=1000).astype("<f4")
    back = next_token.logits_of({"logits_z": next_token.pack(logits)})
    assert (back.astype("<f4") == logits).all()


def test_attention_is_found_by_layer_and_head() -> None:
    maps = np.arange(2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 3, 4, 4)
    detail = {
        "weights_z": next_token.pack(maps), "n_layers": 2, "n_heads": 3, "positions": 4,
        "scale": 255,
    }  # fmt: skip
    found = next_token.attention_of(detail, 1, 2)
    assert found[3][3] == 95 / 255
