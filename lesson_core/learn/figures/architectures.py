"""Numbers of the architectures lesson: DeepSeek-V3, and Llama-3.1-8B on H100s."""

from lesson_core.theory import (
    costs,
    disaggregation,
    expert_reading,
    experts,
    serving,
    step_time,
    tables,
)
from lesson_core.theory.disaggregation import Others
from lesson_core.theory.model_table import architecture
from lesson_core.theory.serving import Wish
from lesson_core.theory.wires import WIRES

BATCH = 32  # sequences that decode together, in the guess
OTHERS = Others(count=32, context=1000)  # who writes while a long prompt arrives
PROMPT, BUDGET = 8192, 512  # tokens of that prompt, and of a step that chunks it


def architectures() -> dict[str, str]:
    """`a_…`, by placeholder name."""
    return {**_experts(), **_caches(), **_apart()}


def _experts() -> dict[str, str]:
    big, shape = architecture("DeepSeek-V3"), expert_reading.routing("DeepSeek-V3")
    card = tables.hardware()["H100 SXM"]
    ridge = card.flops["bf16"] / card.bandwidth
    visited = experts.distinct(shape.count, shape.per_token, BATCH)
    one, many = (expert_reading.per_step("DeepSeek-V3", n) / 1e9 for n in (1, BATCH))
    need = experts.tokens_to_compute(shape.count, shape.per_token, ridge)
    return {
        "a_experts": f"{shape.count}",
        "a_per_token": f"{shape.per_token}",
        "a_batch": f"{BATCH}",
        "a_visits": f"{BATCH * shape.per_token}",
        "a_distinct": f"{visited:.0f}",
        "a_distinct_share": f"{100 * visited / shape.count:.0f}",
        "a_total_b": f"{big.total / 1e9:.0f}",
        "a_active_b": f"{big.active / 1e9:.1f}",
        "a_one_gb": f"{one:.0f}",
        "a_many_gb": f"{many:.0f}",
        "a_need": f"{round(need, -2):,.0f}",
    }


def _caches() -> dict[str, str]:
    big, small = architecture("DeepSeek-V3"), tables.models()["Llama-3.1-8B"]
    latent, heads = big.latent, big.config.n_heads
    if latent is None:
        raise KeyError("DeepSeek-V3 has a latent cache")
    kept = latent.kv_rank + latent.rope_dim
    group = small.n_heads // small.n_kv_heads
    read = OTHERS.context * costs.kv_bytes_per_token(small, 2)
    return {
        "a_heads": f"{small.n_heads}",
        "a_groups": f"{small.n_kv_heads}",
        "a_mha_kib": f"{group * costs.kv_bytes_per_token(small, 2) / 1024:.0f}",
        "a_rank": f"{latent.kv_rank}",
        "a_rope": f"{latent.rope_dim}",
        "a_mla_groups": f"{kept / (2 * big.config.d_head):g}",
        "a_mla_heads": f"{heads}",
        # Per kept number of 2 bytes: every head multiplies it into a score, and the latent again
        # into its result.
        "a_mla_intensity": f"{2 * heads * (kept + latent.kv_rank) / (2 * kept):.0f}",
        "a_gqa_intensity": f"{group}",
        "a_cache_share": f"{100 * read / (read + costs.weights_read_per_step(small, 2)):.0f}",
    }


def _apart() -> dict[str, str]:
    made = serving.deployment(Wish(model="Llama-3.1-8B", device="H100 SXM"))
    prices = step_time.elsewhere(made, PROMPT)
    fast, slow = (
        disaggregation.transfer_s(made, PROMPT, WIRES[wire]) for wire in ("infiniband", "ethernet")
    )
    size = disaggregation.kv_bytes(made, PROMPT)
    whole = disaggregation.whole(prices, OTHERS, PROMPT)
    chunked = disaggregation.chunked(prices, OTHERS, PROMPT, BUDGET - OTHERS.count)
    apart = disaggregation.apart(prices, OTHERS, PROMPT, fast)
    big = architecture("DeepSeek-V3")
    ratio = big.kv_bytes(made.scheme, PROMPT) / size
    return {
        "a_others": f"{OTHERS.count}",
        "a_budget": f"{BUDGET}",
        "a_prompt": f"{PROMPT:,}",
        "a_gb": f"{size / 1e9:.2f}",
        "a_prefill_ms": f"{whole.ttft_s * 1e3:.0f}",
        "a_whole_ms": f"{whole.longest_s * 1e3:.0f}",
        "a_chunked_ms": f"{chunked.longest_s * 1e3:.0f}",
        "a_chunked_ttft_ms": f"{chunked.ttft_s * 1e3:.0f}",
        "a_step_ms": f"{apart.longest_s * 1e3:.0f}",
        "a_move_ms": f"{fast * 1e3:.0f}",
        "a_move_share": f"{100 * fast / whole.ttft_s:.0f}",
        "a_slow_ms": f"{slow * 1e3:.0f}",
        "a_latent_ms": f"{ratio * fast * 1e3:.0f}",
        "a_times": f"{big.total / costs.total_parameters(made.model.config):.0f}",
    }
