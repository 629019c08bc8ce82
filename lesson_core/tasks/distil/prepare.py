"""Put the distillation lesson's text together.

    python -m lesson_core.tasks.distil.prepare --written build/ladder/written.jsonl

The default model wrote it: answers to short questions and short stories, the kinds of text that
`bilingual-4m` was trained on, but other answers, which that teacher has never seen. One request of
ten is held out with all its answers, another is for choices. What the teacher makes of the first
ids of every text to learn is kept beside it: that is what sequence-level distillation learns from.
"""

import argparse
import json
import sys
import zlib
from pathlib import Path

import torch
from tokenizers import Tokenizer

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import FALLBACK
from lesson_core.model import weights
from lesson_core.model.transformer import Transformer
from lesson_core.speed.distil import write_like
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.bilingual.prepare import encode
from lesson_core.tasks.distil.text import FOLDER
from lesson_core.tasks.ladder import prompts
from lesson_core.tasks.ladder.prepare import REPEATED, kept, older
from lesson_core.tasks.ladder.text import SEED

KNOWN = 4  # ids of a text that the teacher is given
TOGETHER = 128  # texts that it writes side by side
SIDES = {0: "held", 1: "check"}


def side(request: str) -> str:
    """Where a request belongs, with all its answers: one of ten each is held out or for checks."""
    return SIDES.get(zlib.crc32(request.encode()) % 10, "train")


def divided(answers: list[tuple[int, str]], known: set[str]) -> dict[str, list[str]]:
    """The short texts of every side, without those that the teacher was trained on."""
    out: dict[str, list[str]] = {"train": [], "check": [], "held": []}
    for number, text in answers:
        prompt = prompts.numbered(SEED, number)
        if prompt.kind in REPEATED and text not in known:
            out[side(prompt.ask)].append(text)
    return out


def by_teacher(teacher: Transformer, train: packing.Documents, seed: int) -> packing.Documents:
    """At least as many tokens: the teacher goes on from every beginning, as often as it takes."""
    rows = sorted((train.document(i).tolist() for i in range(len(train))), key=len)
    rows = [row for row in rows if len(row) > KNOWN]
    generator = torch.Generator().manual_seed(seed)
    out: list[list[int]] = []
    while sum(map(len, out)) < len(train.ids):
        for start in range(0, len(rows), TOGETHER):
            out += write_like(teacher, rows[start : start + TOGETHER], KNOWN, 0, generator)
    return packing.gather([("en", row, 0) for row in out])


def main() -> None:
    """Read the options and write four files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--written", type=Path, required=True)
    parser.add_argument("--older", type=Path, nargs="*", default=[])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--teacher", default=FALLBACK)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    folder = manifest.checked_folder(options.teacher)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    teacher = weights.load(folder, dtype=torch.float32, device="cpu")
    texts = divided(list(kept(options.written)), set(older(options.older)))
    options.folder.mkdir(parents=True, exist_ok=True)
    parts = {name: encode(tokenizer, [("en", text) for text in part])
             for name, part in texts.items()}  # fmt: skip
    parts["written"] = by_teacher(teacher, parts["train"], options.seed)
    report = {}
    for name, documents in parts.items():
        path = options.folder / f"{name}.safetensors"
        documents.save(path)
        path.chmod(0o644)
        report[name] = {"documents": len(documents), "tokens": len(documents.ids)}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
