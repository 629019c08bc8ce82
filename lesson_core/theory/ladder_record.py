"""What the ladder's rungs reached when they were trained: assets/recorded/ladder.json."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "assets" / "recorded" / "ladder.json"


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
        for row in _record()["rungs"]
        if "files" in row
    )  # fmt: skip


@cache
def tokens() -> int:
    """How many tokens each rung was trained on."""
    return int(_record()["rungs"][0]["tokens"])


@cache
def _record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
