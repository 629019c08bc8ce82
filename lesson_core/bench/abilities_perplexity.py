"""Perplexity on WikiText-2 by our windows and by transformers' own loss: how far apart they are.

`models` {id: {tokens, ours, theirs, bits_per_byte, rel_err}}: the raw test text's first `CHARS`
characters, windows of 512 with half of each as context, fp32 both. `rel_err`: the largest of the
relative differences of perplexity. The bar is 1e-4.
"""

import math
from pathlib import Path
from typing import Any

import torch
import transformers

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.errors import LabError
from lesson_core.model.weights import load
from lesson_core.tasks import quality
from lesson_core.text.tokenizer import Tokenizer

CHARS = 6_000
LENGTH, STRIDE = 512, 256
BAR = 1e-4


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; LabError("data_missing") without the text."""
    path = data / "wikitext2" / "wiki.test.raw"
    if not path.exists():
        raise LabError("data_missing", file=str(path))
    text = path.read_text("utf-8")[:CHARS]
    transformers.utils.logging.disable_progress_bar()
    rows = {name: compared(name, text) for name in (DEFAULT, FALLBACK) if home.is_ready(name)}
    worst = max(row["rel_err"] for row in rows.values())
    return {"rel_err": worst, "models": rows, "chars": CHARS, "bar": BAR, "passed": worst <= BAR}


def compared(name: str, text: str) -> dict[str, Any]:
    """One model of the registry, loaded by us and by transformers, on the same text."""
    folder = manifest.checked_folder(name)
    ours = load(folder, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.load(folder)
    score = quality.score(ours, tokenizer, [text], rows=1)
    del ours
    theirs = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    encoded = transformers.AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=False)
    found = strided(theirs, list(encoded.input_ids))
    return {
        "tokens": score.tokens, "ours": round(score.perplexity, 4), "theirs": round(found, 4),
        "bits_per_byte": round(score.bits_per_byte, 4),
        "rel_err": abs(score.perplexity - found) / found,
    }  # fmt: skip


@torch.inference_mode()
def strided(theirs: Any, ids: list[int]) -> float:
    """The library's recipe: its own loss over windows, tokens seen before masked in the labels."""
    total, done = 0.0, 1
    while done < len(ids):
        end = min(len(ids), done + STRIDE if done > 1 else LENGTH)
        window = torch.tensor([ids[max(0, end - LENGTH) : end]])
        labels = window.clone()
        labels[:, : -(end - done)] = quality.IGNORED
        total += float(theirs(window, labels=labels).loss) * (end - done)
        done = end
    return math.exp(total / (len(ids) - 1))
