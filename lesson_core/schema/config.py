"""The shape of a decoder-only Transformer, in the field's own words.

`from_hf` is the one place where the names of Hugging Face config files appear.
"""

from dataclasses import dataclass
from typing import Any, Literal

from lesson_core.errors import LabError

Family = Literal["llama", "qwen2", "qwen3", "gpt2"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """Sizes are counts of elements; `d_*` are widths. Enough to build the model or to price it."""

    family: Family
    n_layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    d_ff: int
    vocab_size: int
    max_seq_len: int
    norm: Literal["rmsnorm", "layernorm"]
    norm_eps: float
    positions: Literal["rope", "learned"]
    rope_theta: float | None
    mlp: Literal["swiglu", "gelu"]
    tied_head: bool
    qkv_bias: bool
    linear_bias: bool  # on the attention output and the feed-forward layers
    qk_norm: bool  # RMSNorm on each head's query and key (Qwen3)
    bos_id: int | None = None
    eos_ids: tuple[int, ...] = ()

    @classmethod
    def from_hf(cls, hf: dict[str, Any]) -> "ModelConfig":
        """Read a `config.json`; raises LabError("model_family_unknown") for anything else."""
        family = hf.get("model_type")
        if family == "gpt2":
            return cls(**_gpt2(hf))
        if family in ("llama", "qwen2", "qwen3"):
            return cls(**_llama_like(family, hf))
        raise LabError("model_family_unknown", family=str(family))


def _ids(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (int(value),)


def _llama_like(family: str, hf: dict[str, Any]) -> dict[str, Any]:
    # Newer config files keep theta inside rope_parameters; older ones at the top.
    rope = hf.get("rope_parameters") or hf.get("rope_scaling") or {}
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind != "default":
        raise LabError("rope_scaling_unknown", kind=str(kind))
    if hf.get("use_sliding_window") or hf.get("hidden_act", "silu") != "silu":
        raise LabError("model_family_unknown", family=f"{family} with a variant we do not load")
    bias = bool(hf.get("attention_bias", family == "qwen2"))
    return {
        "family": family,
        "n_layers": hf["num_hidden_layers"],
        "d_model": hf["hidden_size"],
        "n_heads": hf["num_attention_heads"],
        "n_kv_heads": hf.get("num_key_value_heads") or hf["num_attention_heads"],
        "d_head": hf.get("head_dim") or hf["hidden_size"] // hf["num_attention_heads"],
        "d_ff": hf["intermediate_size"],
        "vocab_size": hf["vocab_size"],
        "max_seq_len": hf["max_position_embeddings"],
        "norm": "rmsnorm",
        "norm_eps": hf["rms_norm_eps"],
        "positions": "rope",
        "rope_theta": float(rope.get("rope_theta") or hf.get("rope_theta") or 10_000.0),
        "mlp": "swiglu",
        "tied_head": bool(hf.get("tie_word_embeddings", False)),
        "qkv_bias": bias,
        "linear_bias": family == "llama" and bias,
        "qk_norm": family == "qwen3",
        "bos_id": hf.get("bos_token_id"),
        "eos_ids": _ids(hf.get("eos_token_id")),
    }


def _gpt2(hf: dict[str, Any]) -> dict[str, Any]:
    return {
        "family": "gpt2",
        "n_layers": hf["n_layer"],
        "d_model": hf["n_embd"],
        "n_heads": hf["n_head"],
        "n_kv_heads": hf["n_head"],
        "d_head": hf["n_embd"] // hf["n_head"],
        "d_ff": hf.get("n_inner") or 4 * hf["n_embd"],
        "vocab_size": hf["vocab_size"],
        "max_seq_len": hf["n_positions"],
        "norm": "layernorm",
        "norm_eps": hf["layer_norm_epsilon"],
        "positions": "learned",
        "rope_theta": None,
        "mlp": "gelu",
        "tied_head": bool(hf.get("tie_word_embeddings", True)),
        "qkv_bias": True,
        "linear_bias": True,
        "qk_norm": False,
        "bos_id": hf.get("bos_token_id"),
        "eos_ids": _ids(hf.get("eos_token_id")),
    }
