"""What one forward pass reads and multiplies, operator by operator.

T is the number of new tokens of one sequence (the prompt in prefill, 1 in decode), S the number
of positions they attend to, themselves included. A product of [m, k] and [k, n] is 2·m·n·k FLOP.
Attention counts QKᵀ and AV over the full T × S square; a kernel that skips the masked half does
about half of it. Norms, rotations and activations multiply no matrices: 0 FLOP here, they cost
dispatches. Operators are those of `lesson_core.model`: q, k, v are one matrix, so are gate and
up. `launches` counts every operation that eager PyTorch dispatches, views included, as seen in a
decode step with a preallocated cache (a test holds them within a tenth of the real count).
"""

from dataclasses import dataclass

from lesson_core.schema.config import ModelConfig
from lesson_core.theory.costs import norm_parameters
from lesson_core.theory.formats import Format, Scheme, unpacked
from lesson_core.theory.passes import Operator as Operator
from lesson_core.theory.passes import Part as Part
from lesson_core.theory.passes import Step as Step
from lesson_core.theory.passes import traffic as traffic

RMSNORM_LAUNCHES = 5
"""A norm, a scale, a root, two products: what `model.layers.RMSNorm` dispatches."""


def step(
    config: ModelConfig,
    new_tokens: int,
    context: int,
    *,
    number_bytes: int = 4,
    batch: int = 1,
    head_positions: int = 1,
    scheme: Scheme | None = None,
) -> Step:
    """Price one pass of T=`new_tokens` tokens that see S=`context` positions.

    `head_positions` is how many positions per sequence get logits: one when generating, T when a
    text is scored. Weights, keys, values and activations are written as `scheme` says, or all in
    plain numbers of `number_bytes` bytes.
    """
    scheme = scheme or unpacked(number_bytes)
    size = _Size(config, batch * new_tokens, scheme)
    scored = _Size(config, batch * head_positions, scheme)
    mixed = _mix(size, batch, new_tokens, context)
    return Step(
        embed=_embed(size),
        layer=mixed + _finish(size),
        last_layer=mixed + _finish(scored),
        n_layers=config.n_layers,
        head=_head(scored),
        new_tokens=new_tokens,
        context=context,
    )


@dataclass(frozen=True)
class _Size:
    config: ModelConfig
    rows: int  # B·T
    scheme: Scheme

    @property
    def bytes(self) -> int:
        """Bytes of an activation, a norm's scale, a bias."""
        return self.scheme.number_bytes

    def linear(
        self, name: str, d_in: int, d_out: int, bias: bool, *,
        launches: int = 4, written: Format | None = None,
    ) -> Operator:  # fmt: skip
        matrix = (written or self.scheme.linear).bytes(d_in, d_out)
        moved = self.rows * (d_in + d_out)
        return Operator(
            name=name, flops=2 * self.rows * d_in * d_out,
            weight_bytes=matrix + (d_out * self.bytes if bias else 0),
            activation_bytes=moved * self.bytes, launches=launches,
        )  # fmt: skip

    def pointwise(self, name: str, width: int, launches: int, weights: int = 0) -> Operator:
        """Reads and writes `width` numbers per row."""
        moved = 2 * self.rows * width
        return Operator(
            name=name, weight_bytes=weights * self.bytes, activation_bytes=moved * self.bytes,
            launches=launches,
        )  # fmt: skip

    def norm(self, name: str, around: int = 0) -> Operator:
        """LayerNorm is one fused operation, RMSNorm five small ones; `around`: slices beside it."""
        layernorm = self.config.norm == "layernorm"
        weights = norm_parameters(self.config)
        launches = (1 if layernorm else RMSNORM_LAUNCHES) + around
        return self.pointwise(name, self.config.d_model, launches, weights)


def _embed(size: _Size) -> Part:
    c = size.config
    tables = 2 if c.positions == "learned" else 1
    rows = size.rows * c.d_model * size.bytes
    read = size.scheme.table.bytes(c.d_model, size.rows) + (tables - 1) * rows
    return (Operator(name="embed", weight_bytes=read, activation_bytes=rows, launches=3),)


def _mix(size: _Size, batch: int, new_tokens: int, context: int) -> Part:
    """The half of a layer in which tokens look at each other."""
    c = size.config
    q_width, kv_width = c.n_heads * c.d_head, c.n_kv_heads * c.d_head
    turned = q_width + kv_width  # values are neither normed nor rotated
    norms = [size.pointwise("qk_norm", turned, 2 * RMSNORM_LAUNCHES + 2, 2 * c.d_head)]
    return (
        size.norm("attention_norm"),
        size.linear("qkv", c.d_model, q_width + 2 * kv_width, c.qkv_bias),
        *(norms if c.qk_norm else ()),
        *([size.pointwise("rope", turned, 3)] if c.positions == "rope" else ()),
        _attention(size, batch, new_tokens, context),
        size.linear("o", q_width, c.d_model, c.linear_bias),
    )


def _finish(size: _Size) -> Part:
    """The half of a layer that works on each token alone."""
    residual = size.pointwise("residual", 2 * size.config.d_model, 2)
    return (size.norm("mlp_norm"), *_mlp(size), residual)


def _attention(size: _Size, batch: int, new_tokens: int, context: int) -> Operator:
    c = size.config
    square = batch * c.n_heads * new_tokens * context
    kv_row = 2 * batch * c.n_kv_heads * size.scheme.kv.bytes(c.d_head)
    return Operator(
        name="attention",
        flops=2 * 2 * square * c.d_head,  # QKᵀ, then AV
        kv_bytes=kv_row * (context + new_tokens),  # all of it read, the new part written
        activation_bytes=2 * size.rows * c.n_heads * c.d_head * size.bytes,
        launches=15,
    )


def _mlp(size: _Size) -> Part:
    c = size.config
    gated = c.mlp == "swiglu"
    bias = c.linear_bias and not gated
    return (
        size.linear("gate_up" if gated else "up", c.d_model, c.d_ff * (1 + gated), bias),
        size.pointwise("activation", c.d_ff, 3 if gated else 1),
        size.linear("down", c.d_ff, c.d_model, bias),
    )


def _head(size: _Size) -> Part:
    c = size.config
    written = size.scheme.head
    head = size.linear("head", c.d_model, c.vocab_size, False, launches=2, written=written)
    return (size.norm("final_norm", around=2), head)
