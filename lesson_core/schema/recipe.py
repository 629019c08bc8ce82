"""What is run (Recipe), on what (Workload), and how often (Case)."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["auto", "fp32", "bf16", "fp16", "int8", "int8-dynamic", "int4"]
"""int8: weights only, a scale per output channel; int8-dynamic: activations too, quantised as
they come; int4: weights only, a scale and a zero per group of 32, the head in int8."""

CacheKind = Literal["none", "concat", "preallocated"]
KvPrecision = Literal["same", "int8"]
AttentionKind = Literal["sdpa", "written"]
CompileKind = Literal["none", "inductor", "cuda-graphs", "fused"]
"""inductor: torch.compile of what surrounds attention; cuda-graphs: a step recorded and replayed;
fused: the decode step as one hand-written C++ function (CPU only), prefill as in inductor."""

Pruning = Literal["none", "unstructured", "2:4", "heads", "ffn"]
Drafting = Literal["none", "lookup", "model", "skip"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A model and how it is run: every optimisation of the lab, composed.

    `model` is an id of the registry, `threads` 0 means all cores. `sparsity` is the share of
    weights (heads, rows) that pruning takes out. Speculation: `drafting` says who proposes
    `draft_tokens` tokens per step: a look-up in the prompt, a smaller model (`draft_model`, an
    id), or this model with the last `skip_layers` layers left out.
    """

    model: str
    device: str = "auto"
    precision: Precision = "auto"
    threads: int = 0
    cache: CacheKind = "preallocated"
    kv_precision: KvPrecision = "same"
    attention: AttentionKind = "sdpa"
    compile: CompileKind = "none"
    pruning: Pruning = "none"
    sparsity: float = 0.5
    drafting: Drafting = "none"
    draft_tokens: int = 4
    draft_model: str = ""
    skip_layers: int = 0


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Tokens in, tokens out, sequences side by side."""

    prompt_len: int
    new_tokens: int
    batch: int = 1


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing to measure: a recipe on a workload, repeated."""

    recipe: Recipe
    workload: Workload
    repeats: int = 5
