"""Numbers in the prose that follow from a formula for a known model and device.

Names: `d_…` the default model (SmolLM2-135M), `t_…` the transfer case (Llama-3.1-8B in bf16 on
one H100 SXM). Sizes are those of the models' config files; the peaks are NVIDIA's dense values
as listed in stas00/ml-engineering.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from lesson_core.schema.config import ModelConfig

H100_BANDWIDTH = 3350e9  # B/s
H100_BF16 = 989e12  # FLOP/s, dense; 1,979 is the figure with 2:4 sparsity
H100_FP32 = 67e12  # FLOP/s, outside the tensor cores
H200_BANDWIDTH = 4800e9  # B/s; its arithmetic is that of the H100
PROMPT = 1000  # tokens of the transfer prompt


def _llama(**sizes: object) -> ModelConfig:
    common = {
        "family": "llama", "norm": "rmsnorm", "norm_eps": 1e-5, "positions": "rope",
        "mlp": "swiglu", "qkv_bias": False, "linear_bias": False, "qk_norm": False,
    }  # fmt: skip
    return ModelConfig(**{**common, **sizes})  # type: ignore[arg-type]


SMOLLM2 = _llama(
    n_layers=30, d_model=576, n_heads=9, n_kv_heads=3, d_head=64, d_ff=1536,
    vocab_size=49_152, max_seq_len=8192, rope_theta=100_000.0, tied_head=True,
)  # fmt: skip
LLAMA_8B = _llama(
    n_layers=32, d_model=4096, n_heads=32, n_kv_heads=8, d_head=128, d_ff=14_336,
    vocab_size=128_256, max_seq_len=131_072, rope_theta=500_000.0, tied_head=False,
)  # fmt: skip


def embedding_parameters(config: ModelConfig) -> int:
    """Elements of the token embedding table, vocab_size × d_model."""
    return config.vocab_size * config.d_model


def llama_parameters(config: ModelConfig) -> int:
    """Elements of a Llama-like model without biases, exact."""
    tables = embedding_parameters(config) * (1 if config.tied_head else 2)
    return config.n_layers * layer_parameters(config) + config.d_model + tables


def layer_parameters(config: ModelConfig) -> int:
    """Elements of one layer: attention, gated feed-forward, two norms."""
    d = config.d_model
    attention = 2 * d * config.d_head * (config.n_heads + config.n_kv_heads)
    return attention + 3 * d * config.d_ff + 2 * d


def kv_bytes_per_token(config: ModelConfig, bytes_per_element: int) -> int:
    """One key and one value per layer and KV head."""
    return 2 * config.n_layers * config.n_kv_heads * config.d_head * bytes_per_element


@cache
def figures() -> Mapping[str, str]:
    """All figures by placeholder name, written as they stand in the text."""
    return MappingProxyType({**_default_model(), **_transfer()})


def _default_model() -> dict[str, str]:
    total, table = llama_parameters(SMOLLM2), embedding_parameters(SMOLLM2)
    layer = layer_parameters(SMOLLM2)
    return {
        "d_params": f"{total:,}",
        "d_params_m": f"{total / 1e6:.0f}",
        "d_table": f"{table:,}",
        "d_table_m": f"{table / 1e6:.0f}",
        "d_share": f"{100 * table / total:.0f}",
        "d_layer": f"{layer:,}",
        "d_layers": f"{SMOLLM2.n_layers}",
        "d_model": f"{SMOLLM2.d_model}",
        "d_vocab": f"{SMOLLM2.vocab_size:,}",
        "d_fp32_mb": f"{total * 4 / 1e6:.0f}",
        "d_h100_ms": f"{total * 4 / H100_BANDWIDTH * 1e3:.2f}",
        "d_kv_kib": f"{kv_bytes_per_token(SMOLLM2, 4) / 1024:.0f}",
    }


def _transfer() -> dict[str, str]:
    total, table = llama_parameters(LLAMA_8B), embedding_parameters(LLAMA_8B)
    weights = 2 * total  # bytes, bf16
    bound = weights / H100_BANDWIDTH
    prefill = 2 * (total - table) * PROMPT / H100_BF16  # matrix products; attention is ~1 % here
    return {
        "t_params_b": f"{total / 1e9:.2f}",
        "t_vocab": f"{LLAMA_8B.vocab_size:,}",
        "t_d_model": f"{LLAMA_8B.d_model:,}",
        "t_table_b": f"{table / 1e9:.3f}",
        "t_share": f"{100 * table / total:.1f}",
        "t_two_share": f"{200 * table / total:.0f}",
        "t_weights_gb": f"{weights / 1e9:.2f}",
        "t_weights_gib": f"{weights / 2**30:.2f}",
        "t_bw_gbs": f"{H100_BANDWIDTH / 1e9:,.0f}",
        "t_ms": f"{bound * 1e3:.1f}",
        "t_tok_s": f"{1 / bound:.0f}",
        "t_tok_32": f"{32 / bound:,.0f}",
        "t_flop_32_ms": f"{32 * 2 * (total - table) / H100_BF16 * 1e3:.1f}",
        "t_logits_mb": f"{PROMPT * LLAMA_8B.vocab_size * 4 / 1e6:.0f}",
        "t_strict_ms": f"{2 * (total - table) / H100_BANDWIDTH * 1e3:.1f}",
        "t_kv_kib": f"{kv_bytes_per_token(LLAMA_8B, 2) / 1024:.0f}",
        "t_prompt": f"{PROMPT:,}",
        "t_prefill_ms": f"{prefill * 1e3:.0f}",
        "t_ratio": f"{prefill / bound:.1f}",
        "t_tflops": f"{H100_BF16 / 1e12:.0f}",
        "t_fp32_tflops": f"{H100_FP32 / 1e12:.0f}",
        "t_bf16_gain": f"{H100_BF16 / H100_FP32:.0f}",
        "t_h200_gbs": f"{H200_BANDWIDTH / 1e9:,.0f}",
        "t_h200_gain": f"{H200_BANDWIDTH / H100_BANDWIDTH:.1f}",
        "t_h200_pct": f"{100 * (H200_BANDWIDTH / H100_BANDWIDTH - 1):.0f}",
        "t_h200_ridge": f"{H100_BF16 / H200_BANDWIDTH:.0f}",
        "t_ridge": f"{H100_BF16 / H100_BANDWIDTH:.0f}",
    }
