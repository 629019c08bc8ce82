"""What a KV cache costs, read off any model's `config.json`.

Wider than `ModelConfig`: it only needs what the cache depends on, so it also reads models that
the lab cannot run. Per token and layer a cache keeps

    one key and one value per KV head    2 · n_kv_heads · d_head        (MHA, GQA, MQA)
    one latent and one rotated key       kv_lora_rank + qk_rope_head_dim    (MLA, DeepSeek)

numbers. Layers with a sliding window stop growing at its width.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from lesson_core.errors import LabError

MAX_CHARS = 100_000


@dataclass(frozen=True, kw_only=True)
class KvShape:
    """`latent` is the width of an MLA cache, 0 elsewhere; `window` is in tokens, 0 without one."""

    n_layers: int
    n_heads: int
    n_kv_heads: int
    d_head: int
    latent: int = 0
    window: int = 0
    windowed_layers: int = 0

    @property
    def numbers_per_layer(self) -> int:
        """Numbers that one token leaves in one layer."""
        return self.latent or 2 * self.n_kv_heads * self.d_head

    def bytes(self, tokens: int, number_bytes: float) -> float:
        """Bytes of one sequence of `tokens` tokens."""
        kept = min(tokens, self.window) if self.window else tokens
        rows = (self.n_layers - self.windowed_layers) * tokens + self.windowed_layers * kept
        return rows * self.numbers_per_layer * number_bytes

    def with_kv_heads(self, n_kv_heads: int) -> "KvShape":
        """The same model with another number of KV heads: n_heads is MHA, 1 is MQA."""
        return replace(self, n_kv_heads=n_kv_heads, latent=0)


def read(text: str) -> KvShape:
    """The shape in a `config.json`.

    Raises LabError: "config_too_long", "config_not_json", "config_key_missing",
    "config_value_bad".
    """
    if len(text) > MAX_CHARS:
        raise LabError("config_too_long", chars=len(text), limit=MAX_CHARS)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        line = getattr(problem, "lineno", 1)
        raise LabError("config_not_json", line=line) from None
    if not isinstance(found, dict):
        raise LabError("config_not_json", line=1)
    inner = found.get("text_config")
    return _shape({**found, **inner} if isinstance(inner, dict) else found)


def _shape(config: dict[str, Any]) -> KvShape:
    layers = _count(config, "num_hidden_layers", "n_layer")
    heads = _count(config, "num_attention_heads", "n_head")
    latent = _count(config, "kv_lora_rank", default=0)
    if latent:
        latent += _count(config, "qk_rope_head_dim")
    width = _count(config, "head_dim", default=0)
    if not width and not latent:
        width = _count(config, "hidden_size", "n_embd") // heads
        if width < 1:
            raise LabError("config_value_bad", name="hidden_size", value=width)
    window, windowed = _windows(config, layers)
    return KvShape(
        n_layers=layers,
        n_heads=heads,
        n_kv_heads=_count(config, "num_key_value_heads", default=0) or heads,
        d_head=width,
        latent=latent,
        window=window,
        windowed_layers=windowed,
    )


def _windows(config: dict[str, Any], layers: int) -> tuple[int, int]:
    """The window and how many layers have it; a switch may say that it is off."""
    window = _count(config, "sliding_window", default=0)
    if not window or config.get("use_sliding_window") is False:
        return 0, 0
    kinds = config.get("layer_types")
    if isinstance(kinds, list) and kinds:
        return window, min(layers, sum(kind == "sliding_attention" for kind in kinds))
    every = _count(config, "sliding_window_pattern", default=0)
    return window, layers - layers // every if every else layers


def _count(config: dict[str, Any], *keys: str, default: int | None = None) -> int:
    """The first of `keys` that is there, as a positive whole number."""
    for key in keys:
        value = config.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 10**7:
            raise LabError("config_value_bad", name=key, value=str(value)[:40])
        return value
    if default is None:
        raise LabError("config_key_missing", name=keys[0])
    return default
