"""The rungs: models that differ in size and in nothing else.

Sizes are non-embedding parameters, each rung about 2.2 times the one before. Heads of 32, SwiGLU,
RMSNorm, RoPE and a tied head everywhere; width and depth grow together. Every rung reads the same
tokens in the same order.
"""

from dataclasses import dataclass
from typing import Any

from lesson_core.schema.config import ModelConfig
from lesson_core.tasks.bilingual.checkpoint import HF_CONFIG

D_HEAD = 32
VOCAB = 4096


@dataclass(frozen=True, kw_only=True)
class Rung:
    """The shape of one model; `vocab_size` is that of the text unless it drafts for another."""

    name: str
    n_layers: int
    d_model: int
    n_kv_heads: int
    d_ff: int
    vocab_size: int = VOCAB

    @property
    def hub_config(self) -> dict[str, Any]:
        """Its config.json."""
        return HF_CONFIG | {
            "hidden_size": self.d_model,
            "intermediate_size": self.d_ff,
            "num_hidden_layers": self.n_layers,
            "num_attention_heads": self.d_model // D_HEAD,
            "num_key_value_heads": self.n_kv_heads,
            "head_dim": D_HEAD,
            "vocab_size": self.vocab_size,
        }

    @property
    def config(self) -> ModelConfig:
        """Its shape in our words."""
        return ModelConfig.from_hf(self.hub_config)

    @property
    def params(self) -> int:
        """N of the scaling laws: everything but the embedding table (which is also the head)."""
        attention = 2 * self.d_model**2 + 2 * self.d_model * self.n_kv_heads * D_HEAD
        layer = attention + 3 * self.d_model * self.d_ff + 2 * self.d_model
        return self.n_layers * layer + self.d_model

    @property
    def peak(self) -> float:
        """The peak learning rate, by the one rule of all rungs: falling as the width grows."""
        return float(PEAK_AT_256 * (256 / self.d_model) ** PEAK_POWER)


PEAK_AT_256, PEAK_POWER = 2.5e-3, 0.75

LADDER = (
    Rung(name="ladder-100k", n_layers=2, d_model=64, n_kv_heads=1, d_ff=192),
    Rung(name="ladder-220k", n_layers=3, d_model=96, n_kv_heads=1, d_ff=192),
    Rung(name="ladder-500k", n_layers=3, d_model=128, n_kv_heads=2, d_ff=320),
    Rung(name="ladder-1m", n_layers=4, d_model=160, n_kv_heads=1, d_ff=448),
    Rung(name="ladder-2m", n_layers=5, d_model=224, n_kv_heads=1, d_ff=544),
    Rung(name="ladder-5m", n_layers=6, d_model=288, n_kv_heads=3, d_ff=800),
    Rung(name="ladder-12m", n_layers=8, d_model=384, n_kv_heads=4, d_ff=960),
)


def named(name: str) -> Rung:
    """The rung of this name."""
    return next(rung for rung in LADDER if rung.name == name)
