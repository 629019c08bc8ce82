"""Do two engines say the same? Token by token in fp32; by perplexity where weights are rounded.

Engines round differently, so at int8 and int4 the same tokens cannot be asked for. There the mean
of -ln p over a text of ours in two languages must be no worse than the peer's by more than 1 % in
perplexity, on the bundled model: its weights were never quantised before.
"""

import math
from collections.abc import Iterator, Sequence
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


def perplexity(side: Side, pieces: Sequence[Sequence[int]]) -> float:
    """Of all tokens but the first of each piece, each given the true ones before it."""
    spent = sum(side.nll(piece) for piece in pieces)
    return math.exp(spent / sum(len(piece) - 1 for piece in pieces))


def pieces() -> list[list[int]]:
    """The text, as tokens of the bundled model, cut into equal pieces."""
    tokenizer = Tokenizer.load(folder_of(MODEL))
    return [piece for path in _texts() for piece in _cut(tokenizer.encode(path.read_text("utf-8")))]


def _texts() -> list[Path]:
    return [REPOSITORY / "assets" / "texts" / f"quality_{lang}.txt" for lang in ("en", "zh")]


def _cut(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, WINDOWS * WINDOW, WINDOW):
        yield ids[start : start + WINDOW]
