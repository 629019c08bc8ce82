"""Perplexity against transformers' own loss, on a tiny model and on the bundled one."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import FALLBACK
from lesson_core.model.weights import load
from lesson_core.tasks import quality, quality_report
from lesson_core.text.tokenizer import Tokenizer

WIKITEXT = Path(__file__).parents[2].parent / "shared" / "data" / "wikitext2" / "wiki.test.raw"


@pytest.fixture(scope="module")
def bundled() -> tuple[Any, Any, Tokenizer]:
    folder = home.folder_of(FALLBACK)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ours = load(folder, dtype=torch.float32, device="cpu")
    return theirs, ours, Tokenizer.load(folder)


@torch.inference_mode()
def their_nll(theirs: Any, ids: list[int], scored: int) -> float:
    """ΣNLL of the last `scored` tokens by the library's own loss, which is a mean."""
    labels = torch.tensor([ids])
    labels[:, :-scored] = quality.IGNORED
    return float(theirs(torch.tensor([ids]), labels=labels).loss) * scored


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_our_texts(bundled: tuple[Any, Any, Tokenizer], lang: str) -> None:
    theirs, ours, tokenizer = bundled
    texts = quality_report.texts()[lang]
    found = quality.score(ours, tokenizer, texts)
    every = [tokenizer.encode(text) for text in texts]
    assert found.tokens == sum(len(ids) - 1 for ids in every)
    expected = sum(their_nll(theirs, ids, len(ids) - 1) for ids in every)
    assert found.nll == pytest.approx(expected, rel=1e-4)
    assert found.bytes == sum(len(text.encode()) for text in texts) - sum(
        len(tokenizer.token_bytes(ids[0])) for ids in every
    )
    assert 20 < found.perplexity < 1000  # in the model's language, and not known by heart


def test_a_text_of_many_windows(bundled: tuple[Any, Any, Tokenizer]) -> None:
    """The library's recipe for long texts: strided windows, earlier tokens masked in the labels."""
    if not WIKITEXT.exists():
        pytest.skip("WikiText-2 is not here (shared/data/wikitext2)")
    theirs, ours, tokenizer = bundled
    text = WIKITEXT.read_text("utf-8")[:6_000]
    ids, length, stride = tokenizer.encode(text), 512, 256
    assert len(ids) > 2 * length
    expected, done = 0.0, 1
    for start in range(0, len(ids), stride):
        end = min(start + length, len(ids))
        if end > done:
            begin = max(0, end - length)  # the last window looks back as far as it may
            expected += their_nll(theirs, ids[begin:end], end - done)
            done = end
    found = quality.score(ours, tokenizer, [text])
    assert found.tokens == len(ids) - 1
    assert found.nll == pytest.approx(expected, rel=1e-4)
    assert found.perplexity == pytest.approx(math.exp(expected / (len(ids) - 1)), rel=1e-4)
