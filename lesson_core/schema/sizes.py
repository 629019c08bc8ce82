"""A row of models that differ in nothing but size, and one thing to time on one of them.

Their weights are random: speed depends on shapes, not on what the numbers say. All have the same
small vocabulary, so that nearly all parameters lie in the layers, as they do in large models.
"""

from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import Precision

Phase = Literal["prefill", "decode"]


def shape(
    d_model: int, n_layers: int, *, d_head: int = 64, group: int = 1, vocab_size: int = 2048
) -> ModelConfig:
    """A Llama-like model: SwiGLU of 8/3 · d_model (to the next 32), `group` queries per KV head."""
    heads = d_model // d_head
    return ModelConfig(
        family="llama", n_layers=n_layers, d_model=d_model, n_heads=heads,
        n_kv_heads=heads // group, d_head=d_head, d_ff=-(-d_model * 8 // 96) * 32,
        vocab_size=vocab_size, max_seq_len=4096, norm="rmsnorm", norm_eps=1e-5, positions="rope",
        rope_theta=10_000.0, mlp="swiglu", tied_head=True, qkv_bias=False, linear_bias=False,
        qk_norm=False,
    )  # fmt: skip


SIZES: dict[str, ModelConfig] = {
    "0.1M": shape(32, 4, d_head=16),
    "0.4M": shape(64, 6, d_head=16),
    "1M": shape(96, 8, d_head=32),
    "3M": shape(160, 10, d_head=32),
    "10M": shape(256, 12),
    "30M": shape(448, 12),
    "100M": shape(768, 14),
    "300M": shape(1024, 24),
    "1B": shape(2048, 20),
    "3B": shape(2560, 38),
    "8B": shape(4096, 40),
}
"""By name, from a tenth of a million parameters to more than most machines hold."""

SHAPES: dict[str, ModelConfig] = SIZES | {
    "deep": shape(192, 24, d_head=32),
    "wide": shape(960, 4),
    "grouped": shape(576, 16, group=3),
    "large-vocabulary": shape(384, 8, vocab_size=32_768),
}
"""Models of other proportions beside them, to see whether a rule holds for more than one row."""


@dataclass(frozen=True, kw_only=True)
class SizeCase:
    """One pass to time. `context` counts positions: the prompt in prefill, all of it in decode."""

    size: str
    precision: Precision
    batch: int
    context: int
    phase: Phase

    def __post_init__(self) -> None:
        if self.size not in SHAPES:
            raise LabError("size_unknown", size=self.size)

    @property
    def config(self) -> ModelConfig:
        """The shape of the model."""
        return SHAPES[self.size]

    @property
    def new_tokens(self) -> int:
        """Tokens per sequence that the pass runs."""
        return self.context if self.phase == "prefill" else 1
