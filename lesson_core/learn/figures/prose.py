"""Numbers in the prose that follow from a formula for a known model and device.

Names: `d_…` the default model (SmolLM2-135M), `t_…` the transfer case (Llama-3.1-8B in bf16 on
one H100 SXM). Sizes and peaks come from assets/tables; the peaks are dense.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from lesson_core.learn.figures.architectures import architectures
from lesson_core.learn.figures.batching import batching
from lesson_core.learn.figures.caching import caching
from lesson_core.learn.figures.classification import classification
from lesson_core.learn.figures.endpoint import endpoint
from lesson_core.learn.figures.evaluate import evaluate
from lesson_core.learn.figures.fusion import fusion, stack
from lesson_core.learn.figures.how_zero_shot import how_zero_shot
from lesson_core.learn.figures.parallelism import parallelism
from lesson_core.learn.figures.parameters import parameters
from lesson_core.learn.figures.planner import planner
from lesson_core.learn.figures.size import sizes
from lesson_core.learn.figures.speculative import drafting
from lesson_core.learn.figures.transformer import transformer
from lesson_core.learn.figures.translation import translation
from lesson_core.learn.figures.vectors import vectors
from lesson_core.learn.figures.zero_shot import zero_shot
from lesson_core.theory import costs, grids, tables
from lesson_core.theory.kv_shape import KvShape

PROMPT = 1000  # tokens of the transfer prompt
USERS = 32  # conversations in the transfer batch
CONTEXT = 8192  # tokens of a transfer sequence
MLA = KvShape(n_layers=61, n_heads=128, n_kv_heads=128, d_head=128, latent=512 + 64)  # DeepSeek-V3


@cache
def figures() -> Mapping[str, str]:
    """All figures by placeholder name, written as they stand in the text."""
    return MappingProxyType(
        {
            **_default_model(),
            **_weights(),
            **_phases(),
            **_devices(),
            **sizes(),
            **_kv_cache(),
            **stack(),
            **fusion(),
            **_compression(),
            **planner(),
            **parallelism(),
            **endpoint(),
            **drafting(),
            **batching(),
            **architectures(),
            **caching(),
            **zero_shot(),
            **how_zero_shot(),
            **evaluate(),
            **classification(),
            **translation(),
            **parameters(),
            **vectors(),
            **transformer(),
        }
    )


def _default_model() -> dict[str, str]:
    config = tables.models()["SmolLM2-135M"]
    total, table = costs.total_parameters(config), costs.parameters(config)["embedding"]
    layer = (total - table - config.d_model) // config.n_layers
    fp32 = costs.weight_bytes(config, 4)
    return {
        "d_params": f"{total:,}",
        "d_params_m": f"{total / 1e6:.0f}",
        "d_share": f"{100 * table / total:.0f}",
        "d_layer": f"{layer:,}",
        "d_layers": f"{config.n_layers}",
        "d_width": f"{config.d_model}",
        "d_vocab": f"{config.vocab_size:,}",
        "d_fp32_mb": f"{fp32 / 1e6:.0f}",
        "d_h100_ms": f"{fp32 / tables.hardware()['H100 SXM'].bandwidth * 1e3:.2f}",
    }


def _weights() -> dict[str, str]:
    config = tables.models()["Llama-3.1-8B"]
    total, table = costs.total_parameters(config), costs.parameters(config)["embedding"]
    return {
        "t_params_b": f"{total / 1e9:.2f}",
        "t_vocab": f"{config.vocab_size:,}",
        "t_d_model": f"{config.d_model:,}",
        "t_row_kib": f"{2 * config.d_model / 1024:.0f}",
        "t_table_b": f"{table / 1e9:.3f}",
        "t_share": f"{100 * table / total:.1f}",
        "t_two_share": f"{200 * table / total:.0f}",
        "t_weights_gb": f"{costs.weight_bytes(config, 2) / 1e9:.2f}",
        "t_logits_mb": f"{PROMPT * config.vocab_size * 4 / 1e6:.0f}",
    }


def _phases() -> dict[str, str]:
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    step = costs.weight_bytes(config, 2) / h100.bandwidth  # s, the whole file once
    strict = costs.weights_read_per_step(config, 2) / h100.bandwidth
    flop = costs.weights_read_per_step(config, 2)  # per token: 2 FLOP for each 2-byte weight
    prefill = flop * PROMPT / h100.flops["bf16"]  # attention adds about 1 % at this length
    return {
        "t_ms": f"{step * 1e3:.1f}",
        "t_strict_ms": f"{strict * 1e3:.1f}",
        "t_tok_s": f"{1 / step:.0f}",
        "t_tok_32": f"{USERS / step:,.0f}",
        "t_flop_32_ms": f"{USERS * flop / h100.flops['bf16'] * 1e3:.1f}",
        "t_prompt": f"{PROMPT:,}",
        "t_prefill_ms": f"{prefill * 1e3:.0f}",
        "t_ratio": f"{prefill / step:.1f}",
    }


def _devices() -> dict[str, str]:
    h100, h200, h20 = (tables.hardware()[name] for name in ("H100 SXM", "H200 SXM", "H20"))
    gain = h200.bandwidth / h100.bandwidth
    return {
        "t_bw_gbs": f"{h100.bandwidth / 1e9:,.0f}",
        "t_tflops": f"{h100.flops['bf16'] / 1e12:.0f}",
        "t_fp32_gflops": f"{h100.flops['fp32'] / 1e9:,.0f}",
        "t_bf16_gain": f"{h100.flops['bf16'] / h100.flops['fp32']:.0f}",
        "t_ridge": f"{h100.flops['bf16'] / h100.bandwidth:.0f}",
        "t_ridge_half": f"{h100.flops['bf16'] / h100.bandwidth / 2:.0f}",
        "t_h20_ridge": f"{h20.flops['bf16'] / h20.bandwidth:.0f}",
        "t_h200_gbs": f"{h200.bandwidth / 1e9:,.0f}",
        "t_h200_gain": f"{gain:.1f}",
        "t_h200_pct": f"{100 * (gain - 1):.0f}",
        "t_h200_ridge": f"{h200.flops['bf16'] / h200.bandwidth:.0f}",
    }


def _kv_cache() -> dict[str, str]:
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    sequence = costs.kv_bytes(config, CONTEXT, 2)
    weights = costs.weight_bytes(config, 2)
    users = int((h100.memory_bytes - weights) // sequence)
    step = (weights + users * sequence) / h100.bandwidth
    latent, plain = MLA.bytes(1, 2), MLA.with_kv_heads(MLA.n_heads).bytes(1, 2)
    return {
        "m_chat_s": f"{0.5 + 249 * 0.03:.1f}",
        "t_kv_kib": f"{costs.kv_bytes_per_token(config, 2) / 1024:.0f}",
        "t_kv_gib": f"{sequence / 2**30:g}",
        "t_kv_context": f"{CONTEXT:,}",
        "t_kv_ms": f"{sequence / h100.bandwidth * 1e3:.2f}",
        "t_kv_users": f"{users}",
        "t_kv_step_ms": f"{step * 1e3:.1f}",
        "t_kv_share": f"{100 * (1 - weights / h100.bandwidth / step):.0f}",
        "t_h100_gb": f"{h100.memory_bytes / 1e9:.0f}",
        "mla_bytes": f"{latent:,.0f}",
        "mla_mha_bytes": f"{plain:,.0f}",
        "mla_ratio": f"{plain / latent:.0f}",
    }


def _compression() -> dict[str, str]:
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    each = grids.bits_per_weight(4, 128)
    four, eight, sixteen = (costs.weights_read_per_step(config, bits / 8) for bits in (each, 8, 16))
    ridge = h100.flops["bf16"] / h100.bandwidth  # a bf16 weight: 2 bytes, and 2 FLOP a sequence
    return {
        "t_strict_gb": f"{sixteen / 1e9:.1f}",
        "c_int8_ms": f"{eight / h100.bandwidth * 1e3:.2f}",
        "c_int4_gb": f"{four / 1e9:.2f}",
        "c_int4_ms": f"{four / h100.bandwidth * 1e3:.2f}",
        "c_int4_gain": f"{16 / each:.2f}",
        "c_int4_batch": f"{ridge * each / 16:.0f}",
    }
