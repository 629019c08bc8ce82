"""What the engine benchmark compares: the lab's own engine and its peers, behind one door.

All answer prompts greedily, all sequences of a batch side by side, and note the time of each
token as soon as it is known, so one run gives the time to the first token (prefill) and the gaps
between the later ones (decode). The peers are in `peers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch

from lesson_core.clock import now
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import NoCache, new_cache
from lesson_core.model.device import choose_dtype
from lesson_core.model.weights import load
from lesson_core.schema.recipe import Recipe
from lesson_core.speed.build import build
from lesson_core.theory import costs, formats

Prompts = Sequence[Sequence[int]]
"""Token ids of each sequence; all of one length."""


@dataclass(frozen=True)
class Run:
    """One answer: seconds to the first step, seconds per later step, and the tokens.

    A step is a token of every sequence; tokens are those of the first sequence, as far as the
    side tells them while it is timed.
    """

    prefill_s: float
    decode_s: float
    tokens: tuple[int, ...] = ()

    @classmethod
    def of(cls, at_s: Sequence[float], tokens: Sequence[int] = ()) -> "Run":
        """From the second of each step since the request: n steps have n - 1 gaps."""
        return cls(at_s[0], (at_s[-1] - at_s[0]) / (len(at_s) - 1), tuple(tokens))


class Side(Protocol):
    """Something that answers prompts with `new_tokens` tokens each, ends of text ignored."""

    name: str
    precision: str

    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        """One answer per prompt."""

    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        """-ln p of every token after the first, given the true ones before it; None: not told."""


class Ours:
    """The engine as the product runs a recipe: preallocated cache, one step at a time."""

    name = "ours"

    def __init__(self, folder: Path, precision: str, recipe: Recipe) -> None:
        self.precision = precision
        self.dtype = choose_dtype(recipe.precision, "cpu")
        plain = load(folder, dtype=torch.float32, device="cpu")
        self.model = build(plain, recipe)
        scheme = formats.of_recipe(recipe.precision, self.dtype.itemsize)
        self.read_bytes = costs.read_bytes_per_step(self.model.config, scheme)
        self.kv_row_bytes = costs.kv_token_bytes(self.model.config, scheme)

    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        start = now()
        size = len(prompts[0]) + new_tokens
        config = self.model.config
        cache = new_cache("preallocated", config, len(prompts), size, self.dtype, "cpu")
        logits = prefill(self.model, torch.tensor(prompts), cache)
        chosen = [logits.argmax(dim=-1, keepdim=True)]  # each [B, 1]
        at_s = [now() - start]
        while len(chosen) < new_tokens:
            logits = decode_one_token(self.model, chosen[-1], cache)
            chosen.append(logits.argmax(dim=-1, keepdim=True))
            at_s.append(now() - start)
        return Run.of(at_s, [int(step[0]) for step in chosen])

    @torch.inference_mode()
    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        ids = torch.tensor([token_ids])
        logits = self.model(ids[:, :-1], NoCache())[0].float()
        return list(
            torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none").tolist()
        )

    @torch.inference_mode()
    def margin(self, token_ids: Sequence[int]) -> float:
        """How far the two likeliest next tokens are apart, in logits."""
        top = self.model.last_logits(torch.tensor([token_ids]), NoCache())[0].topk(2).values
        return float(top[0] - top[1])
