"""Counts against real tensors, against torch's own counters, and against published totals."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import census
from lesson_core.schema.config import ModelConfig
from lesson_core.theory import costs, operators, tables

SMALL = {
    "n_layers": 3, "d_model": 48, "n_heads": 6, "n_kv_heads": 2, "d_head": 8, "d_ff": 80,
    "vocab_size": 101, "max_seq_len": 64, "norm": "rmsnorm", "norm_eps": 1e-5,
    "positions": "rope", "rope_theta": 10_000.0, "mlp": "swiglu", "tied_head": True,
    "qkv_bias": False, "linear_bias": False, "qk_norm": False,
}  # fmt: skip
GPT2 = {
    "family": "gpt2", "n_kv_heads": 6, "norm": "layernorm", "positions": "learned",
    "rope_theta": None, "mlp": "gelu", "qkv_bias": True, "linear_bias": True,
}  # fmt: skip
CONFIGS = {
    "llama": ModelConfig(**{**SMALL, "family": "llama"}),
    "untied": ModelConfig(**{**SMALL, "family": "llama", "tied_head": False}),
    "llama-bias": ModelConfig(
        **{**SMALL, "family": "llama", "qkv_bias": True, "linear_bias": True}
    ),
    "qwen2": ModelConfig(**{**SMALL, "family": "qwen2", "qkv_bias": True}),
    "qwen3": ModelConfig(**{**SMALL, "family": "qwen3", "qk_norm": True, "d_head": 16}),
    "gpt2": ModelConfig(**{**SMALL, **GPT2}),
}
EACH = pytest.mark.parametrize("config", CONFIGS.values(), ids=list(CONFIGS))


@EACH
def test_parameters_are_those_of_the_tensors(config: ModelConfig) -> None:
    model = Transformer(config)
    assert costs.total_parameters(config) == sum(p.numel() for p in model.parameters())
    assert costs.weight_bytes(config, 4) == sum(p.nbytes for p in model.parameters())


@EACH
def test_the_parts_are_those_of_the_census(config: ModelConfig) -> None:
    counted: dict[str, int] = {}
    for row in census(Transformer(config)):
        counted[row.group] = counted.get(row.group, 0) + row.params
    assert costs.by_part(config) == counted


@EACH
def test_kv_bytes_are_those_of_the_cache(config: ModelConfig) -> None:
    cache = KVCache(config, 2, 33, torch.float16, "cpu")
    assert costs.kv_bytes(config, 33, 2, batch=2) == cache.nbytes


@EACH
@pytest.mark.parametrize("tokens", [1, 7])
def test_flops_are_those_that_torch_counts(config: ModelConfig, tokens: int) -> None:
    model = Transformer(config).requires_grad_(False)
    past = 5
    cache = KVCache(config, 1, 64, torch.float32, "cpu")
    model.last_logits(torch.zeros(1, past, dtype=torch.long), cache)
    with FlopCounterMode(display=False) as counter, written():
        model.last_logits(torch.zeros(1, tokens, dtype=torch.long), cache)
    assert operators.step(config, tokens, past + tokens).flops == counter.get_total_flops()


def test_flops_of_scoring_a_text_count_the_head_everywhere() -> None:
    config = CONFIGS["llama"]
    model = Transformer(config).requires_grad_(False)
    with FlopCounterMode(display=False) as counter, written():
        model(torch.zeros(2, 9, dtype=torch.long), NoCache())
    step = operators.step(config, 9, 9, batch=2, head_positions=9)
    assert step.flops == counter.get_total_flops()


@EACH
def test_launches_follow_what_torch_dispatches(config: ModelConfig) -> None:
    model = Transformer(config).requires_grad_(False)
    cache = KVCache(config, 1, 64, torch.float32, "cpu")
    token = torch.zeros(1, 1, dtype=torch.long)
    model.last_logits(token.expand(1, 5), cache)
    with Dispatched() as seen:
        model.last_logits(token, cache)
    launches = sum(op.launches for op in operators.step(config, 1, 6).operators())
    assert launches == pytest.approx(seen.count, rel=0.1)


@EACH
def test_the_operators_read_every_weight_once(config: ModelConfig) -> None:
    step = operators.step(config, 1, 10, number_bytes=2)
    read = sum(op.weight_bytes for op in step.operators()) - step.embed[0].weight_bytes
    assert read == costs.weights_read_per_step(config, 2)


def test_attention_reads_the_whole_context_and_writes_the_new_part() -> None:
    config = CONFIGS["llama"]
    step = operators.step(config, 1, 30)
    kv = sum(op.kv_bytes for op in step.operators())
    assert kv == costs.kv_bytes(config, 31, 4)


@pytest.mark.parametrize(
    "name", [name for name in tables.models() if tables.published(name)["params_total"]]
)
def test_published_totals(name: str) -> None:
    config, row = tables.models()[name], tables.published(name)
    assert costs.total_parameters(config) == int(row["params_total"])
    assert costs.weights_read_per_step(config, 1) == int(row["params_read_per_step"])
    assert costs.kv_bytes_per_token(config, 2) == int(row["kv_bytes_per_token_16bit"])


def written():
    """Attention as matrix products, which the counter of torch knows on every device."""
    return torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)


class Dispatched(TorchDispatchMode):
    """Counts what reaches the dispatcher."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += 1
        return func(*args, **(kwargs or {}))
