"""Do two engines say the same? Token by token in fp32; by perplexity where weights are rounded.

Engines round differently, so at int8 and int4 the same tokens cannot be asked for. There the mean
of -ln p over a text of ours in two languages must be no worse than the peer's by more than 1 % in
perplexity, on the bundled model: its weights were never quantised before.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.bench.sides import Ours, Side
from lesson_core.text.tokenizer import Tokenizer

MODEL = "bilingual-4m"
NEAR_TIE = 1e-3
WORSE = 1.01
WINDOW, WINDOWS = 64, 3  # tokens of a piece, pieces per language


def same_tokens(
    side: Ours, prompt: list[int], own: Sequence[int], theirs: Sequence[int], eos: Sequence[int]
) -> bool:
    """Equal up to the end of text, or to a step where our two likeliest tokens are nearly tied."""
    for step, (ours, peer) in enumerate(zip(own, theirs, strict=True)):
        if ours != peer:
            return side.margin([*prompt, *own[:step]]) < NEAR_TIE
        if ours in eos:
            break
    return True


def perplexities(sides: Sequence[Side], pieces: Sequence[Sequence[int]]) -> dict[str, float]:
    """Per side, of the tokens that every side tells the probability of, given the true ones before.

    The first token of a piece is given.
    """
    losses = {side.name: [one for p in pieces for one in side.losses(p)] for side in sides}
    told = [all(one is not None for one in row) for row in zip(*losses.values(), strict=True)]
    kept = {name: [one for one in compress(row, told) if one] for name, row in losses.items()}
    return {name: math.exp(sum(row) / sum(told)) for name, row in kept.items()}


def pieces() -> list[list[int]]:
    """The text, as tokens of the bundled model, cut into equal pieces."""
    tokenizer = Tokenizer.load(folder_of(MODEL))
    return [piece for path in _texts() for piece in _cut(tokenizer.encode(path.read_text("utf-8")))]


def _texts() -> list[Path]:
    return [REPOSITORY / "assets" / "texts" / f"quality_{lang}.txt" for lang in ("en", "zh")]


def _cut(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, WINDOWS * WINDOW, WINDOW):
        yield ids[start : start + WINDOW]
