"""What a model weighs: exact parameter counts, weight bytes, KV bytes.

Counts follow from the shapes alone, so they hold for any checkpoint of the family; the tests hold
them against real tensors and published totals. What a forward pass moves and multiplies is next
door in `operators`.
"""

from lesson_core.schema.config import ModelConfig
from lesson_core.theory.formats import Scheme

BYTES = {"fp32": 4, "bf16": 2, "fp16": 2, "int8": 1}
"""Bytes of one number of each precision."""


def parameters(config: ModelConfig) -> dict[str, int]:
    """Exact parameters per group, in the order a token meets them; groups with none are absent.

    A tied head has no parameters of its own: it is the embedding, read a second time.
    """
    c, layers = config, config.n_layers
    q_width, kv_width = c.n_heads * c.d_head, c.n_kv_heads * c.d_head
    groups = {
        "embedding": c.vocab_size * c.d_model,
        "positions": c.max_seq_len * c.d_model if c.positions == "learned" else 0,
        "q": layers * c.d_model * q_width,
        "k": layers * c.d_model * kv_width,
        "v": layers * c.d_model * kv_width,
        "o": layers * q_width * c.d_model,
        "gate": layers * c.d_model * c.d_ff if c.mlp == "swiglu" else 0,
        "up": layers * c.d_model * c.d_ff,
        "down": layers * c.d_ff * c.d_model,
        "norms": (2 * layers + 1) * norm_parameters(config),
        "qk_norm": layers * 2 * c.d_head if c.qk_norm else 0,
        "biases": layers * biases_per_layer(config),
        "head": 0 if c.tied_head else c.vocab_size * c.d_model,
    }
    return {name: count for name, count in groups.items() if count}


def norm_parameters(config: ModelConfig) -> int:
    """One norm: a scale per channel, and for LayerNorm a shift as well."""
    return config.d_model * (2 if config.norm == "layernorm" else 1)


def biases_per_layer(config: ModelConfig) -> int:
    """Biases of one layer's matrix products (a norm's shift is counted with the norm)."""
    return attention_biases(config) + mlp_biases(config)


def attention_biases(config: ModelConfig) -> int:
    """Biases of q, k, v and of the output, in one layer."""
    c = config
    qkv = (c.n_heads + 2 * c.n_kv_heads) * c.d_head if c.qkv_bias else 0
    return qkv + (c.d_model if c.linear_bias else 0)


def mlp_biases(config: ModelConfig) -> int:
    """Biases of one layer's feed-forward part; a gated one has none."""
    has = config.linear_bias and config.mlp == "gelu"
    return config.d_ff + config.d_model if has else 0


def by_part(config: ModelConfig) -> dict[str, int]:
    """The same total by the parts of the house: embedding, attention, mlp, norm, head."""
    g, layers = parameters(config), config.n_layers
    attention = sum(g[name] for name in ("q", "k", "v", "o")) + g.get("qk_norm", 0)
    parts = {
        "embedding": g["embedding"] + g.get("positions", 0),
        "attention": attention + layers * attention_biases(config),
        "mlp": g.get("gate", 0) + g["up"] + g["down"] + layers * mlp_biases(config),
        "norm": g["norms"],
        "head": g.get("head", 0),
    }
    return {name: count for name, count in parts.items() if count}


def total_parameters(config: ModelConfig) -> int:
    """All parameters, each stored tensor once."""
    return sum(parameters(config).values())


def weight_bytes(config: ModelConfig, bytes_per_weight: float) -> int:
    """Bytes of all stored weights."""
    return int(total_parameters(config) * bytes_per_weight)


def weights_read_per_step(config: ModelConfig, bytes_per_weight: float) -> int:
    """Bytes of weights one decode step of one sequence reads.

    The input embedding is a look-up of one row, about nothing, so its table does not count unless
    it is also the head; the same holds for learned positions.
    """
    groups = parameters(config)
    looked_up = groups.get("positions", 0) + (0 if config.tied_head else groups["embedding"])
    return int((total_parameters(config) - looked_up) * bytes_per_weight)


def kv_bytes_per_token(config: ModelConfig, bytes_per_number: float) -> int:
    """One key and one value, per layer, per KV head: 2·L·K·d_head numbers."""
    numbers = 2 * config.n_layers * config.n_kv_heads * config.d_head
    return int(numbers * bytes_per_number)


def kv_bytes(config: ModelConfig, tokens: int, bytes_per_number: float, batch: int = 1) -> int:
    """Bytes of the keys and values of `batch` sequences of `tokens` tokens."""
    return batch * tokens * kv_bytes_per_token(config, bytes_per_number)


def matrices(config: ModelConfig) -> list[tuple[int, int]]:
    """(d_in, d_out) of every matrix product of one layer, as the checkpoint stores them."""
    c = config
    q_width, kv_width = c.n_heads * c.d_head, c.n_kv_heads * c.d_head
    ups = 2 if c.mlp == "swiglu" else 1
    attention = [(c.d_model, q_width), *[(c.d_model, kv_width)] * 2, (q_width, c.d_model)]
    return [*attention, *[(c.d_model, c.d_ff)] * ups, (c.d_ff, c.d_model)]


def read_bytes_per_step(config: ModelConfig, scheme: Scheme) -> int:
    """`weights_read_per_step` for a scheme: packed matrices and head, the rest plain."""
    c = config
    layer = sum(scheme.linear.bytes(d_in, d_out) for d_in, d_out in matrices(c))
    head = scheme.head.bytes(c.d_model, c.vocab_size)
    groups = parameters(c)
    rest = sum(groups.get(name, 0) for name in ("norms", "qk_norm", "biases"))
    return c.n_layers * layer + head + rest * scheme.number_bytes


def stored_bytes(config: ModelConfig, scheme: Scheme) -> int:
    """`weight_bytes` for a scheme. A tied table is its own copy unless it is written alike."""
    c = config
    alone = not c.tied_head or scheme.packed
    table = scheme.table.bytes(c.d_model, c.vocab_size) if alone else 0
    positions = parameters(c).get("positions", 0) * scheme.number_bytes
    return read_bytes_per_step(c, scheme) + table + positions


def kv_token_bytes(config: ModelConfig, scheme: Scheme) -> int:
    """`kv_bytes_per_token` for a scheme, the scales of the keys and values included."""
    return 2 * config.n_layers * config.n_kv_heads * scheme.kv.bytes(config.d_head)
