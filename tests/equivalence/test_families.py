"""Every family against transformers: the same logits in one pass and step by step, through each
cache, alone and in a batch, and the same greedy tokens."""

from pathlib import Path
from typing import Any

import pytest
import torch

from lesson_core.generate.decode import greedy
from lesson_core.model.cache import NoCache, new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from tests.equivalence.families import FAMILIES, build

Twins = tuple[Any, Transformer]


@pytest.fixture(scope="module", params=FAMILIES)
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    folder = tmp_path_factory.mktemp(request.param)
    theirs = build(request.param, folder)
    return theirs, load(folder, dtype=torch.float32, device="cpu")


def _tokens(rows: int, length: int) -> torch.Tensor:
    return torch.randint(0, 97, (rows, length), generator=torch.Generator().manual_seed(3))


@torch.inference_mode()
def test_logits_of_one_pass(twins: Twins) -> None:
    theirs, ours = twins
    token_ids = _tokens(2, 20)
    torch.testing.assert_close(
        ours(token_ids, NoCache()), theirs(token_ids).logits, atol=1e-4, rtol=0
    )


@torch.inference_mode()
@pytest.mark.parametrize("kind", ["none", "concat", "preallocated"])
def test_logits_step_by_step(twins: Twins, kind: Any) -> None:
    theirs, ours = twins
    token_ids = _tokens(3, 14)
    cache = new_cache(kind, ours.config, 3, 14, torch.float32, "cpu")
    pieces = [ours(token_ids[:, :6], cache), ours(token_ids[:, 6:10], cache)]  # prefill in chunks
    pieces += [ours(token_ids[:, i : i + 1], cache) for i in range(10, 14)]
    torch.testing.assert_close(
        torch.cat(pieces, dim=1), theirs(token_ids).logits, atol=1e-4, rtol=0
    )
    assert cache.length == 14


@torch.inference_mode()
def test_greedy_tokens(twins: Twins) -> None:
    theirs, ours = twins
    theirs.generation_config.eos_token_id = None
    prompt = _tokens(2, 9)
    expected = theirs.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        max_new_tokens=24,
        do_sample=False,
        pad_token_id=0,
    )
    cache = new_cache("preallocated", ours.config, 2, 40, torch.float32, "cpu")
    assert greedy(ours, prompt, 24, cache).tolist() == expected[:, 9:].tolist()


def test_shards_load_like_one_file(tmp_path: Path) -> None:
    theirs = build("llama-gqa", tmp_path / "whole")
    theirs.save_pretrained(tmp_path / "shards", max_shard_size="20KB")
    assert len(list((tmp_path / "shards").glob("*.safetensors"))) > 1
    whole, shards = (
        load(tmp_path / name, dtype=torch.float32, device="cpu") for name in ("whole", "shards")
    )
    for one, other in zip(whole.parameters(), shards.parameters(), strict=True):
        assert torch.equal(one, other)
