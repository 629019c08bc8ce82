"""One forward pass as a list of operators, each with what it reads, writes and multiplies."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Counts for one operator; bytes are predicted from operand shapes."""

    name: str
    flops: int = 0
    weight_bytes: int = 0
    kv_bytes: int = 0  # keys and values read and written
    activation_bytes: int = 0  # inputs and outputs that pass between operators
    launches: int = 0

    def times(self, count: int) -> "Operator":
        """The same operator `count` times."""
        counts = {key: value * count for key, value in vars(self).items() if key != "name"}
        return replace(self, **counts)


Part = tuple[Operator, ...]
"""Operators that belong together: a stage of the pipeline."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One forward pass: what is before the layers, one layer, what is after.

    All layers are alike but the last: it finishes only the positions that get logits.
    """

    embed: Part
    layer: Part
    last_layer: Part
    n_layers: int
    head: Part
    new_tokens: int
    context: int

    def operators(self) -> Part:
        """All of it; each operator of the layers but the last once, with all their counts."""
        layers = tuple(operator.times(self.n_layers - 1) for operator in self.layer)
        return self.embed + layers + self.last_layer + self.head

    def layers(self) -> tuple[Part, ...]:
        """The layers one by one, in order."""
        return (self.layer,) * (self.n_layers - 1) + (self.last_layer,)

    @property
    def traffic_bytes(self) -> int:
        """Weights and KV: what must come from memory."""
        return traffic(self.operators())

    @property
    def flops(self) -> int:
        """FLOP of all matrix products."""
        return sum(operator.flops for operator in self.operators())


def traffic(parts: Part) -> int:
    """Bytes of weights and KV that these operators read and write."""
    return sum(operator.weight_bytes + operator.kv_bytes for operator in parts)
