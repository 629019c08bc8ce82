"""What one forward pass reads and multiplies, operator by operator.

T is the number of new tokens of one sequence (the prompt in prefill, 1 in decode), S the number
of positions they attend to, themselves included. A product of [m, k] and [k, n] is 2·m·n·k FLOP
(a multiply and an add). Attention counts QKᵀ and AV over the full T × S square, because the
kernel computes it in full before masking or not, whichever; a kernel that skips the upper half
does about half of it. Norms, rotations and activations multiply no matrices: 0 FLOP here, they
cost operations launched.
"""

from dataclasses import dataclass, replace

from lesson_core.schema.config import ModelConfig


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Counts for one operator; bytes are predicted from operand shapes."""

    name: str
    flops: int = 0
    weight_bytes: int = 0
    kv_bytes: int = 0  # keys and values read and written
    activation_bytes: int = 0  # inputs and outputs that pass between operators
    launches: int = 0  # operations that eager PyTorch dispatches

    @property
    def bytes(self) -> int:
        """Everything this operator reads or writes."""
        return self.weight_bytes + self.kv_bytes + self.activation_bytes

    def times(self, count: int) -> "Operator":
        """The same operator `count` times."""
        counts = {key: value * count for key, value in vars(self).items() if key != "name"}
        return replace(self, **counts)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One forward pass: what is before the layers, one layer (all are alike), what is after."""

    embed: tuple[Operator, ...]
    layer: tuple[Operator, ...]
    n_layers: int
    head: tuple[Operator, ...]

    def operators(self) -> tuple[Operator, ...]:
        """All of it, each operator of a layer once with the counts of all layers."""
        layers = tuple(operator.times(self.n_layers) for operator in self.layer)
        return self.embed + layers + self.head


def step(
    config: ModelConfig,
    new_tokens: int,
    context: int,
    *,
    number_bytes: int = 4,
    batch: int = 1,
    head_positions: int = 1,
) -> Step:
    """Price one pass of T=`new_tokens` tokens that see S=`context` positions.

    `head_positions` is how many positions per sequence get logits: one when generating, T when a
    text is scored. Weights and activations have `number_bytes` bytes per number.
    """
    size = _Size(config, batch * new_tokens, number_bytes)
    return Step(
        embed=_embed(size),
        layer=_layer(size, batch, new_tokens, context),
        n_layers=config.n_layers,
        head=_head(_Size(config, batch * head_positions, number_bytes)),
    )


@dataclass(frozen=True)
class _Size:
    config: ModelConfig
    rows: int  # B·T
    bytes: int

    def linear(self, name: str, d_in: int, d_out: int, bias: bool) -> Operator:
        weights = d_in * d_out + (d_out if bias else 0)
        return Operator(
            name=name,
            flops=2 * self.rows * d_in * d_out,
            weight_bytes=weights * self.bytes,
            activation_bytes=self.rows * (d_in + d_out) * self.bytes,
            launches=1,
        )

    def pointwise(self, name: str, width: int, launches: int, weights: int = 0) -> Operator:
        """Reads and writes `width` numbers per row."""
        moved = 2 * self.rows * width * self.bytes
        return Operator(
            name=name,
            weight_bytes=weights * self.bytes,
            activation_bytes=moved,
            launches=launches,
        )


def _embed(size: _Size) -> tuple[Operator, ...]:
    c = size.config
    tables = 2 if c.positions == "learned" else 1
    rows = size.rows * c.d_model * size.bytes
    return (
        Operator(
            name="embed", weight_bytes=tables * rows, activation_bytes=rows, launches=2 * tables
        ),
    )


def _layer(size: _Size, batch: int, new_tokens: int, context: int) -> tuple[Operator, ...]:
    c = size.config
    q_width, kv_width = c.n_heads * c.d_head, c.n_kv_heads * c.d_head
    norm_weights = c.d_model * (2 if c.norm == "layernorm" else 1)
    between = [size.pointwise("qk_norm", q_width + kv_width, 2, 2 * c.d_head)] if c.qk_norm else []
    if c.positions == "rope":
        between.append(size.pointwise("rope", q_width + kv_width, 8))
    return (
        size.pointwise("attention_norm", c.d_model, 1, norm_weights),
        size.linear("q", c.d_model, q_width, c.qkv_bias),
        size.linear("k", c.d_model, kv_width, c.qkv_bias),
        size.linear("v", c.d_model, kv_width, c.qkv_bias),
        *between,
        _attention(size, batch, new_tokens, context),
        size.linear("o", q_width, c.d_model, c.linear_bias),
        size.pointwise("residual", c.d_model, 2),
        size.pointwise("mlp_norm", c.d_model, 1, norm_weights),
        *_mlp(size),
    )


def _attention(size: _Size, batch: int, new_tokens: int, context: int) -> Operator:
    c = size.config
    square = batch * c.n_heads * new_tokens * context
    kv_row = 2 * batch * c.n_kv_heads * c.d_head * size.bytes
    return Operator(
        name="attention",
        flops=2 * 2 * square * c.d_head,  # QKᵀ, then AV
        kv_bytes=kv_row * (context + new_tokens),  # all of it read, the new part written
        activation_bytes=2 * size.rows * c.n_heads * c.d_head * size.bytes,
        launches=6,
    )


def _mlp(size: _Size) -> tuple[Operator, ...]:
    c = size.config
    gate = [size.linear("gate", c.d_model, c.d_ff, c.linear_bias)] if c.mlp == "swiglu" else []
    return (
        *gate,
        size.linear("up", c.d_model, c.d_ff, c.linear_bias),
        size.pointwise("activation", c.d_ff, 2 if gate else 1),
        size.linear("down", c.d_ff, c.d_model, c.linear_bias),
    )


def _head(size: _Size) -> tuple[Operator, ...]:
    c = size.config
    norm_weights = c.d_model * (2 if c.norm == "layernorm" else 1)
    return (
        size.pointwise("final_norm", c.d_model, 1, norm_weights),
        size.linear("head", c.d_model, c.vocab_size, False),
    )
