"""Shapes beyond the plain decoder: experts, a latent cache, sliding windows; and their prices.

An `Architecture` lists every matrix with how often it is stored and how often one token uses it.
From that follow parameters, bytes read per step, FLOP per token; a test holds it equal to `costs`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lesson_core.schema.config import ModelConfig
from lesson_core.theory import costs
from lesson_core.theory.experts import distinct
from lesson_core.theory.formats import Scheme


@dataclass(frozen=True, kw_only=True)
class Experts:
    """A feed-forward part of `count` experts of width `d_expert`; a token visits `per_token`.

    `shared` experts see every token; the first `dense_layers` layers have one plain part of `d_ff`.
    """

    count: int
    per_token: int
    d_expert: int
    shared: int = 0
    dense_layers: int = 0


@dataclass(frozen=True, kw_only=True)
class Latent:
    """Multi-head latent attention: what is kept per token is kv_rank + rope_dim numbers."""

    kv_rank: int
    q_rank: int
    rope_dim: int
    d_value: int  # of one head; its key is d_head + rope_dim wide


@dataclass(frozen=True, kw_only=True)
class Window:
    """All layers look back `tokens`, but every `global_every`-th looks at everything."""

    tokens: int
    global_every: int


@dataclass(frozen=True)
class Matrix:
    """One kind of matrix: `stored` copies in the model, `used` of them by one token."""

    name: str
    d_in: int
    d_out: int
    stored: int
    used: int

    @property
    def weights(self) -> int:
        """Numbers in one copy."""
        return self.d_in * self.d_out


ATTENTION, PLAIN, GATED = ("q", "k", "v", "o"), ("up", "down"), ("gate", "up", "down")


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A model that can be priced. `small` counts what no matrix holds: norms, biases, sinks."""

    name: str
    config: ModelConfig
    experts: Experts | None = None
    latent: Latent | None = None
    window: Window | None = None
    small: int = 0

    @cached_property
    def matrices(self) -> tuple[Matrix, ...]:
        """Every matrix of the layers, and the head."""
        c = self.config
        head = Matrix("head", c.d_model, c.vocab_size, 0 if c.tied_head else 1, 1)
        return (*self._attention(), *self._feed_forward(), head)

    def _attention(self) -> Iterator[Matrix]:
        c, n, m = self.config, self.config.n_layers, self.latent
        if m is None:
            for name, (d_in, d_out) in zip(ATTENTION, costs.matrices(c)[:4], strict=True):
                yield Matrix(name, d_in, d_out, n, n)
            return
        heads = c.n_heads
        yield Matrix("q_down", c.d_model, m.q_rank, n, n)
        yield Matrix("q", m.q_rank, heads * (c.d_head + m.rope_dim), n, n)
        yield Matrix("kv_down", c.d_model, m.kv_rank + m.rope_dim, n, n)
        yield Matrix("kv", m.kv_rank, heads * (c.d_head + m.d_value), n, n)
        yield Matrix("o", heads * m.d_value, c.d_model, n, n)

    def _feed_forward(self) -> Iterator[Matrix]:
        c, e = self.config, self.experts
        dense = c.n_layers if e is None else e.dense_layers
        names = GATED if c.mlp == "swiglu" else PLAIN
        for name, (d_in, d_out) in zip(names, costs.matrices(c)[4:], strict=True):
            yield Matrix(name, d_in, d_out, dense, dense)
        if e is None:
            return
        n = c.n_layers - e.dense_layers
        yield Matrix("router", c.d_model, e.count, n, n)
        for name in GATED:
            ends = (c.d_model, e.d_expert)
            d_in, d_out = ends[::-1] if name == "down" else ends
            yield Matrix(f"expert_{name}", d_in, d_out, n * e.count, n * e.per_token)
            yield Matrix(f"shared_{name}", d_in, d_out, n * e.shared, n * e.shared)

    @property
    def table(self) -> int:
        """Numbers of the input embedding and of learned positions: looked up, not multiplied."""
        return self.config.vocab_size * self.config.d_model + self.positions

    @property
    def positions(self) -> int:
        """Numbers of learned positions."""
        c = self.config
        return c.max_seq_len * c.d_model if c.positions == "learned" else 0

    @property
    def total(self) -> int:
        """All parameters, each stored tensor once."""
        return sum(m.weights * m.stored for m in self.matrices) + self.table + self.small

    @property
    def active(self) -> int:
        """Parameters that one token uses, embedding and head counted as stored."""
        idle = sum(m.weights * (m.stored - m.used) for m in self.matrices if m.name != "head")
        return self.total - idle

    @property
    def read_per_step(self) -> int:
        """Parameters that one decode step of one sequence reads: a table is one row, about 0."""
        return sum(m.weights * m.used for m in self.matrices) + self.small

    def touched(self, matrix: Matrix, tokens: int) -> float:
        """Copies of a matrix that `tokens` tokens read: experts fill up as a batch grows.

        Routing is taken as even: count · (1 − (1 − k/count)^tokens) distinct experts.
        """
        e = self.experts
        if e is None or not matrix.name.startswith("expert"):
            return matrix.used
        return matrix.stored / e.count * distinct(e.count, e.per_token, tokens)

    def read_bytes(self, scheme: Scheme, tokens: int = 1) -> dict[str, float]:
        """Bytes of weights that a pass of `tokens` tokens reads: `layers` and `head`."""
        *inner, head = self.matrices
        layers = sum(
            self.touched(m, tokens) * scheme.of(m.name).bytes(m.d_in, m.d_out) for m in inner
        )
        layers += self.small * scheme.number_bytes
        return {"layers": layers, "head": scheme.of("head").bytes(head.d_in, head.d_out)}

    def stored_bytes(self, scheme: Scheme) -> int:
        """Bytes of all weights. A packed tied head is a copy of its own (see `Scheme`)."""
        c = self.config
        layers = sum(
            m.stored * scheme.of(m.name).bytes(m.d_in, m.d_out) for m in self.matrices[:-1]
        )
        head = scheme.of("head").bytes(c.d_model, c.vocab_size)
        alone = not c.tied_head or scheme.packed
        table = scheme.table.bytes(c.d_model, c.vocab_size) if alone else 0
        return layers + head + table + (self.small + self.positions) * scheme.number_bytes

    @property
    def kv_numbers(self) -> int:
        """Numbers kept per token if every layer keeps it."""
        c = self.config
        if self.latent:
            return c.n_layers * (self.latent.kv_rank + self.latent.rope_dim)
        return 2 * c.n_layers * c.n_kv_heads * c.d_head

    def kv_bytes(self, scheme: Scheme, tokens: float) -> float:
        """Bytes of the keys and values of one sequence after `tokens` tokens."""
        d_head = self.config.d_head
        return self.kv_numbers / d_head * scheme.kv.bytes(d_head) * self.kept(tokens)

    def kept(self, tokens: float) -> float:
        """Tokens kept per layer on average: a sliding layer forgets what has left its window."""
        w, n = self.window, self.config.n_layers
        if w is None:
            return tokens
        wide = n // w.global_every
        return (wide * tokens + (n - wide) * min(tokens, w.tokens)) / n

    def flops(self, tokens: float, context: float) -> float:
        """FLOP of a pass of `tokens` new tokens that see `context` positions (the full square)."""
        c, m = self.config, self.latent
        products = 2 * sum(matrix.weights * matrix.used for matrix in self.matrices[:-1])
        # Latent attention takes scores and values in the latent space.
        widths = 2 * c.d_head if m is None else 2 * m.kv_rank + m.rope_dim
        square = 2 * c.n_layers * c.n_heads * widths * self.kept(context)
        return tokens * (products + square) + 2 * c.d_model * c.vocab_size
