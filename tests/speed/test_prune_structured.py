"""Parts taken out: a smaller plain model that says what the masked one says."""

from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, greedy, prefill
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.speed import prune_structured as structured
from lesson_core.theory import costs
from tests.model.tiny import tiny_model

TOKENS = torch.tensor([[5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6]])
GPT2 = {
    "model_type": "gpt2", "vocab_size": 50, "n_embd": 24, "n_layer": 2, "n_head": 4,
    "n_positions": 32, "layer_norm_epsilon": 1e-5,
}  # fmt: skip
SHAPES = ["gqa", "mha", "mqa", "bias", "qk-norm", "gpt2"]


def shaped(name: str) -> Transformer:
    if name == "gpt2":
        torch.manual_seed(0)
        model = Transformer(ModelConfig.from_hf(GPT2))
        for weight in model.parameters():  # biases too, or they would not be tested
            torch.nn.init.normal_(weight, std=0.3)
        return model.requires_grad_(False).eval()
    changes: dict[str, Any] = {
        "gqa": {},
        "mha": {"num_key_value_heads": 6},
        "mqa": {"num_key_value_heads": 1},
        "bias": {"attention_bias": True},
        "qk-norm": {"model_type": "qwen3", "head_dim": 8},
    }[name]
    model = tiny_model(**changes)
    for name, weight in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(weight)
    return model


def kept_parts(layers: int, total: int, count: int) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(4)
    return [torch.randperm(total, generator=draw)[:count].sort().values for _ in range(layers)]


@pytest.mark.parametrize("shape", SHAPES)
def test_cut_heads_equal_masked_heads(shape: str) -> None:
    model = shaped(shape)
    groups = model.config.n_kv_heads
    kept = kept_parts(model.config.n_layers, groups, max(1, groups // 2))
    cut, masked = structured.cut_heads(model, kept), structured.mask_heads(model, kept)
    torch.testing.assert_close(cut(TOKENS, NoCache()), masked(TOKENS, NoCache()))
    if groups > 1:
        assert not torch.allclose(cut(TOKENS, NoCache()), model(TOKENS, NoCache()), atol=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_cut_rows_equal_masked_rows(shape: str) -> None:
    model = shaped(shape)
    kept = kept_parts(model.config.n_layers, model.config.d_ff, model.config.d_ff // 3)
    cut, masked = structured.cut_ffn(model, kept), structured.mask_ffn(model, kept)
    torch.testing.assert_close(cut(TOKENS, NoCache()), masked(TOKENS, NoCache()))
    assert not torch.allclose(cut(TOKENS, NoCache()), model(TOKENS, NoCache()), atol=1e-3)


def test_query_heads_without_their_kv_head_are_caught() -> None:
    """Known wrong: the first query heads kept, whatever KV head they share."""
    model = tiny_model()
    kept = [torch.tensor([1]), torch.tensor([1])]  # the second of two groups of three
    wrong = model.config.n_heads // 2
    _, columns = structured.head_places(model.config, kept[0])
    assert columns.tolist() == list(range(wrong * 4, 2 * wrong * 4))
    cut = structured.cut_heads(model, kept)
    first_heads = [torch.tensor([0]), torch.tensor([0])]
    masked = structured.mask_heads(model, first_heads)
    assert not torch.allclose(cut(TOKENS, NoCache()), masked(TOKENS, NoCache()), atol=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_config_tells_the_new_shape_exactly(shape: str) -> None:
    model = shaped(shape)
    pruned = structured.ffn(model, 0.5)
    if model.config.n_kv_heads > 1:
        pruned = structured.heads(pruned, 0.5)
        assert pruned.config.n_kv_heads == model.config.n_kv_heads // 2
    assert abs(pruned.config.d_ff - model.config.d_ff / 2) <= structured.ROWS / 2
    count = sum(weight.numel() for weight in pruned.parameters())
    assert count == costs.total_parameters(pruned.config)
    assert count < costs.total_parameters(model.config)


def test_zeroed_parts_are_the_least_important_and_cost_nothing() -> None:
    model = tiny_model()
    for layer, group in ((0, 1), (1, 0)):  # another group in each layer
        attention = model.layers[layer].attention
        rows, columns = structured.head_places(model.config, torch.tensor([group]))
        attention.qkv.weight[rows] = 0
        attention.out.weight[:, columns] = 0
        mlp = model.layers[layer].mlp
        mlp.gate_up.weight[layer:40:2] = 0
        mlp.gate_up.weight[40 + layer :: 2] = 0
        mlp.down.weight[:, layer::2] = 0
    pruned = structured.ffn(structured.heads(model, 0.5), 0.5)
    torch.testing.assert_close(pruned(TOKENS, NoCache()), model(TOKENS, NoCache()))


def test_a_cut_model_decodes_with_its_own_smaller_cache() -> None:
    pruned = structured.heads(tiny_model(), 0.5)
    plain = KVCache(tiny_model().config, 2, 10, torch.float32, "cpu")
    cache = KVCache(pruned.config, 2, 10, torch.float32, "cpu")
    assert cache.nbytes * 2 == plain.nbytes
    prefill(pruned, TOKENS[:, :5], cache)
    step = decode_one_token(pruned, TOKENS[:, 5:], cache)
    torch.testing.assert_close(step, pruned(TOKENS, NoCache())[:, -1])
    fresh = KVCache(pruned.config, 2, 20, torch.float32, "cpu")
    assert greedy(pruned, TOKENS, 8, fresh).shape == (2, 8)


def test_nothing_to_cut_is_a_sentence_not_a_silent_no() -> None:
    with pytest.raises(LabError, match="prune_nothing_to_cut"):
        structured.heads(tiny_model(), 0.1)  # two groups: a tenth of them is none
    with pytest.raises(LabError, match="prune_nothing_to_cut"):
        structured.heads(tiny_model(num_key_value_heads=1), 0.5)
    with pytest.raises(LabError, match="out_of_range"):
        structured.ffn(tiny_model(), 1.5)


def test_rows_go_in_multiples_that_kernels_want() -> None:
    model = tiny_model(intermediate_size=160)
    assert structured.ffn(model, 0.5).config.d_ff % structured.ROWS == 0
    assert structured.ffn(model, 0.99).config.d_ff == structured.ROWS
