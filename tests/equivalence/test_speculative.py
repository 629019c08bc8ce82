"""Speculative decoding against plain decoding: the same greedy tokens whatever the drafter, in
every case of length, γ and end of text; and the same logits from the pass that checks."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch

from lesson_core.generate import flat_many
from lesson_core.generate.speculative import Verifier, plainly, speculate
from lesson_core.generate.speculative_accept import accept, accept_greedy, certain
from lesson_core.generate.speculative_draft import (
    Draft,
    Drafter,
    DraftModel,
    EarlyExit,
    Lookup,
    look_up_slowly,
    without_last_layers,
)
from lesson_core.model.cache import Cache, ConcatCache, KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling
from tests.model.tiny import tiny_model

GREEDY = Sampling()
SHAPES: dict[str, dict[str, Any]] = {
    "gqa": {},
    "mha": {"num_key_value_heads": 6},
    "mqa-untied": {"num_key_value_heads": 1, "tie_word_embeddings": False},
    "qwen2": {"model_type": "qwen2"},
    "qwen3-not-flat": {"model_type": "qwen3"},
}


class Wrong:
    """A drafter that is right or wrong at random, so rounds end at every place."""

    def __init__(self, truth: list[int]) -> None:
        self.truth, self.draw = truth, random.Random(3)

    def propose(self, text: list[int], count: int) -> Draft:
        guess = self.truth[len(text) : len(text) + self.draw.randint(0, count)]
        return Draft([t if self.draw.random() < 0.7 else self.draw.randrange(50) for t in guess])


def _cache(model: Transformer, length: int = 32) -> KVCache:
    return KVCache(model.config, 1, length, torch.float32, "cpu")


def _texts(model: Transformer, prompt: list[int], drafter: Callable[[KVCache], Drafter],
           gamma: int, eos: tuple[int, ...] = ()) -> tuple[list[int], list[int]]:  # fmt: skip
    """Tokens of both sides; the cache has no room to spare."""
    options: dict[str, Any] = {"new_tokens": 20, "sampling": GREEDY, "clock": lambda: 0.0}
    room = len(prompt) + 20
    plain = plainly(model, prompt, cache=_cache(model, room), eos_ids=eos, **options)
    cache = _cache(model, room)
    fast = speculate(
        model, prompt, drafter=drafter(cache), gamma=gamma, cache=cache, eos_ids=eos, **options
    )
    slow_tokens, fast_tokens = ([t for r in side for t in r.tokens] for side in (plain, fast))
    assert cache.length == len(prompt) + len(fast_tokens) - 1 or fast_tokens[-1] in eos
    return slow_tokens, fast_tokens


@pytest.mark.parametrize("gamma", [1, 2, 4, 7])
@pytest.mark.parametrize("shape", SHAPES)
def test_greedy_output_is_that_of_plain_decoding(shape: str, gamma: int) -> None:
    model = tiny_model(**SHAPES[shape])
    small = tiny_model(num_hidden_layers=1)
    prompt = [5, 6, 7, 5, 6, 7, 5]
    truth, _ = _texts(model, prompt, lambda cache: Lookup(), gamma)
    drafters: list[Callable[[KVCache], Drafter]] = [
        lambda cache: Lookup(),
        lambda cache: Lookup(longest=2, shortest=1),
        lambda cache: EarlyExit(model, cache, 1, GREEDY),
        lambda cache: DraftModel(small, _cache(small), GREEDY),
        lambda cache: DraftModel(model, _cache(model), GREEDY),
        lambda cache: Wrong([*prompt, *truth]),
    ]
    for drafter in drafters:
        plain, fast = _texts(model, prompt, drafter, gamma)
        assert fast == plain


def test_an_answer_ends_at_the_same_end_of_text() -> None:
    model, prompt = tiny_model(), [5, 6, 7]
    whole, _ = _texts(model, prompt, lambda cache: Lookup(), 4)
    for end in dict.fromkeys(whole):
        plain, fast = _texts(model, prompt, lambda cache: Wrong([*prompt, *whole]), 4, (end,))
        assert fast == plain
        assert fast[-1] == end and end not in fast[:-1]


def test_a_model_that_drafts_for_itself_is_always_right() -> None:
    model = tiny_model()
    drafter = DraftModel(model, _cache(model), GREEDY)
    rounds = list(
        speculate(model, [5, 6, 7], new_tokens=21, drafter=drafter, gamma=4, sampling=GREEDY,
                  cache=_cache(model), clock=lambda: 0.0)
    )  # fmt: skip
    assert [len(found.tokens) for found in rounds] == [1, 5, 5, 5, 5]
    assert all(found.accepted == len(found.proposed) for found in rounds)


@torch.inference_mode()
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 5, 9, 16, 17])
def test_the_check_gives_the_logits_of_the_model(shape: str, tokens: int) -> None:
    model = tiny_model(**SHAPES[shape])
    for name, parameter in model.named_parameters():
        if name.endswith(("bias", "norm.weight")):
            parameter.normal_(mean=1.0, std=0.3)
    text = torch.randint(0, 50, (1, 7 + tokens), generator=torch.Generator().manual_seed(1))
    expected = model(text, NoCache())[0, 7:]
    caches: list[Cache] = [_cache(model), ConcatCache()]
    for cache in caches:
        model.last_logits(text[:, :7], cache)
        found = Verifier(model, cache)(text[:, 7:])
        torch.testing.assert_close(found, expected)
        assert cache.length == 7 + tokens


def test_the_flat_check_covers_what_the_flat_step_covers() -> None:
    assert flat_many.bind(tiny_model(), _cache(tiny_model())) is not None
    model = tiny_model(model_type="qwen3")
    assert flat_many.bind(model, _cache(model)) is None
    batch = KVCache(tiny_model().config, 2, 8, torch.float32, "cpu")
    assert flat_many.bind(tiny_model(), batch) is None


@pytest.mark.parametrize(("rows", "wanted"), [(1, 7), (3, 7), (4, 192), (9, 194), (9, 97)])
def test_blocks_of_a_matrix_multiply_like_the_whole(rows: int, wanted: int) -> None:
    whole = torch.randn(wanted, 11, generator=torch.Generator().manual_seed(0))
    matrix = flat_many.Matrix.of(whole.t())
    assert matrix.blocks.data_ptr() == whole.data_ptr()  # seen twice, stored once
    x = torch.randn(rows, 11, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(matrix.times(x), x @ whole.t())


def test_look_up_finds_what_a_walk_through_the_text_finds() -> None:
    draw = random.Random(5)
    for _ in range(200):
        lookup = Lookup()
        text = [draw.randrange(4) for _ in range(draw.randint(1, 5))]
        for _ in range(8):
            text += [draw.randrange(4) for _ in range(draw.randint(1, 4))]
            count = draw.randint(0, 5)
            assert lookup.propose(text, count).tokens == look_up_slowly(text, count)


def test_the_greedy_rule_is_the_general_one_with_certain_laws() -> None:
    draw, none = random.Random(8), torch.Generator().manual_seed(0)
    for _ in range(300):
        draft = [draw.randrange(5) for _ in range(draw.randint(0, 4))]
        best = [t if draw.random() < 0.7 else draw.randrange(5) for t in [*draft, 0]]
        general = accept(draft, certain(draft, 5), certain(best, 5), none)
        assert accept_greedy(draft, best) == general


@torch.inference_mode()
def test_leaving_layers_out_shares_the_weights_and_leaves_the_model_alone() -> None:
    model = tiny_model(num_hidden_layers=3)
    model.decode_step = whole = lambda token_id, cache: torch.zeros(1, 50)  # compiled for all of it
    early = without_last_layers(model, 2)
    assert early.decode_step is None and model.decode_step is whole
    assert len(early.layers) == early.config.n_layers == 1
    assert len(model.layers) == model.config.n_layers == 3
    assert early.layers[0] is model.layers[0]
    shallow = tiny_model(num_hidden_layers=1)
    shallow.load_state_dict(early.state_dict())
    ids = torch.tensor([[5, 6, 7]])
    torch.testing.assert_close(early(ids, NoCache()), shallow(ids, NoCache()))
