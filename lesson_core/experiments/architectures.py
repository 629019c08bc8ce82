"""Job `architectures`: what a batch reads of its experts, and what a token leaves in each cache.

Small layers with random weights, really run; bytes are those of the tensors. Events in order:

- `progress` {what: "experts" | "caches"}, `code`.
- `data` {what: "visited", batch, counts (distinct experts per layer), expected, uneven (expected
  of routers as uneven as these), bytes (of the weights read, mean over layers)} per batch.
- `data` {what: "kept", kinds: [{kind, bytes, expected}]}: bytes that one token leaves in one layer,
  fp32; `same` is the largest difference between the two ways of latent attention.
- `result` {visited: [..], kept: [..], same, experts, per_token, expert_bytes}.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model.cache import KVCache
from lesson_core.model.mla import LatentAttention
from lesson_core.model.moe import MixtureOfExperts
from lesson_core.model.threads import using_threads
from lesson_core.schema.architectures import BATCHES, Architectures
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.events import Event
from lesson_core.theory.architectures import Experts, Latent
from lesson_core.theory.experts import distinct, distinct_uneven

D_MODEL, WIDTH, HEADS, D_HEAD, TOKENS = 64, 32, 8, 16, 12
ROUTED = 4096  # tokens from which the share of each expert is read
LATENT = Latent(kv_rank=32, q_rank=48, rope_dim=8, d_value=16)
KV_HEADS = {"mha": HEADS, "gqa": 2, "mqa": 1}


@torch.inference_mode()
def run(spec: Architectures, lab: Lab) -> Iterator[Event]:
    """Experts batch by batch, then the caches."""
    yield setting.code(MixtureOfExperts.route, MixtureOfExperts.forward, LatentAttention.expanded,
                       LatentAttention.absorbed)  # fmt: skip
    torch.manual_seed(spec.seed)
    with using_threads(1):  # in products this small, threads mostly wait for each other
        yield from _counted(spec, lab)


def _counted(spec: Architectures, lab: Lab) -> Iterator[Event]:
    yield setting.progress("experts")
    experts = Experts(count=spec.experts, per_token=spec.per_token, d_expert=WIDTH)
    layers = [MixtureOfExperts(D_MODEL, experts) for _ in range(spec.layers)]
    shares = [_shares(layer) for layer in layers]
    visited = []
    for batch in BATCHES:
        if lab.cancelled():
            return
        visited.append(_visited(layers, shares, batch, experts))
        yield Event(stage="data", detail={"what": "visited", **visited[-1]})
    yield setting.progress("caches")
    kept, same = _kept()
    yield Event(stage="data", detail={"what": "kept", "kinds": kept, "same": same})
    yield Event(
        stage="result",
        detail={
            "visited": visited, "kept": kept, "same": same, "experts": spec.experts,
            "per_token": spec.per_token, "expert_bytes": layers[0].expert_bytes,
        },
    )  # fmt: skip


def _shares(layer: MixtureOfExperts) -> list[float]:
    """The share of all tokens that visits each expert: a random router has its favourites."""
    chosen, _ = layer.route(torch.randn(ROUTED, D_MODEL))
    counts = torch.bincount(chosen.flatten(), minlength=len(layer.gate_up))
    return [count / ROUTED for count in counts.tolist()]


def _visited(
    layers: list[MixtureOfExperts], shares: list[list[float]], batch: int, experts: Experts
) -> dict[str, Any]:
    counts = []
    for layer in layers:
        layer(torch.randn(batch, D_MODEL))
        counts.append(len(layer.visited))
    return {
        "batch": batch,
        "counts": counts,
        "expected": distinct(experts.count, experts.per_token, batch),
        "uneven": sum(distinct_uneven(of, batch) for of in shares) / len(shares),
        "bytes": sum(counts) / len(counts) * layers[0].expert_bytes,
    }


def _kept() -> tuple[list[dict[str, Any]], float]:
    """Bytes per token and layer by kind of attention, and how far MLA's two ways differ."""
    config = ModelConfig(
        family="llama", n_layers=1, d_model=D_MODEL, n_heads=HEADS, n_kv_heads=HEADS,
        d_head=D_HEAD, d_ff=WIDTH, vocab_size=8, max_seq_len=TOKENS, norm="rmsnorm",
        norm_eps=1e-5, positions="rope", rope_theta=10_000.0, mlp="swiglu", tied_head=True,
        qkv_bias=False, linear_bias=False, qk_norm=False,
    )  # fmt: skip
    found = []
    for kind, heads in KV_HEADS.items():
        cache = KVCache(replace(config, n_kv_heads=heads), 1, TOKENS, torch.float32, "cpu")
        found.append({"kind": kind, "bytes": cache.nbytes / TOKENS,
                      "expected": 4 * 2 * heads * D_HEAD})  # fmt: skip
    ways = [LatentAttention(D_MODEL, HEADS, D_HEAD, LATENT, TOKENS) for _ in range(2)]
    ways[1].load_state_dict(ways[0].state_dict())
    x = torch.randn(TOKENS, D_MODEL)
    expanded, absorbed = ways[0](x, absorb=False), ways[1](x)
    found.append({"kind": "mla", "bytes": ways[1].kept.nbytes / TOKENS,
                  "expected": 4 * (LATENT.kv_rank + LATENT.rope_dim)})  # fmt: skip
    return found, float((expanded - absorbed).abs().max() / expanded.abs().max())
