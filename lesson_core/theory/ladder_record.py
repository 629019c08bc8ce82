"""What the ladder's rungs reached when they were trained: assets/recorded/ladder.json."""

from dataclasses import dataclass
from functools import cache

from lesson_core.theory.recorded import recorded


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One rung. `losses` are held-out nats per token by language and "all"."""

    name: str
    n: int  # parameters without the embedding table
    embedding: int
    layers: int
    d_model: int
    losses: dict[str, float]
    samples: tuple[dict[str, str], ...]  # {prompt, greedy, sampled}

    @property
    def whole(self) -> int:
        """All parameters; the table is also the head, so its product costs as much."""
        return self.n + self.embedding


@cache
def rungs() -> tuple[Recorded, ...]:
    """The rungs that are bundled, the smallest first."""
    return tuple(
        Recorded(
            name=row["name"], n=row["params"], embedding=row["embedding_params"],
            layers=row["shape"]["n_layers"], d_model=row["shape"]["d_model"],
            losses={lang: one["nats_per_token"] for lang, one in row["held_out"].items()},
            samples=tuple(row["samples"]),
        )
        for row in recorded("ladder")["rungs"]
        if "files" in row
    )  # fmt: skip


def passes() -> float:
    """How many times each rung read the text it was trained on."""
    parts = recorded("ladder")["text"]["train"].values()
    return float(tokens() / sum(part["tokens"] for part in parts))


@cache
def tokens() -> int:
    """How many tokens each rung was trained on."""
    return int(recorded("ladder")["rungs"][0]["tokens"])
