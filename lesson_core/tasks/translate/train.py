"""Train the bundled translation model, in both directions at once.

    python -m lesson_core.tasks.translate.train --pairs cmn.txt --steps 9000

Start it again to go on from `build/translate/state.safetensors`; `--seconds` ends a part early.
The rate is constant after the warm-up and falls in a straight line to 0 over the last `--fall`
steps before `--steps`: how many steps there will be can so be decided late. The log is
`build/translate/train.jsonl`.
"""

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lesson_core import clock
from lesson_core.model.attending import PAD
from lesson_core.tasks.translate import checkpoint, pairs, subwords, vectors
from lesson_core.tasks.translate.batches import Batches
from lesson_core.tasks.translate.trainer import Trainer, held_out, rate, shape_for

BUILD = Path("build/translate")
VOCABULARY = 6000
SKIPPED_MERGES = 0.1
REPORT_EVERY, VALIDATE_EVERY = 20, 200


def vocabulary(train: list[pairs.Pair], folder: Path) -> subwords.Subwords:
    """The vocabulary in `folder`, learned from the training pairs if there is none yet."""
    if not (folder / "names.json").exists():
        subwords.learn(train, VOCABULARY).save(folder)
    return subwords.Subwords.load(folder)


def first_vectors(train: list[pairs.Pair], cut: subwords.Subwords, width: int) -> Tensor:
    """Where the embedding table starts: both languages in one space, from their sentences."""
    english = cut.encode([pair.english for pair in train], "en")
    chinese = cut.encode([pair.chinese for pair in train], "zh")
    documents = [en + zh for en, zh in zip(english, chinese, strict=True)]
    return vectors.shared_space(documents, cut.size, width, seed=1)


class Run:
    """A training with its folder: vocabulary, state and log lie there."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        options.out.mkdir(parents=True, exist_ok=True)
        everything = pairs.read(options.pairs)
        train = pairs.on_side(everything, "train")
        self.cut = vocabulary(train, options.out)
        torch.manual_seed(options.seed)
        self.shape = shape_for(self.cut.size, options.dropout)
        self.state = options.out / "state.safetensors"
        begin = None if self.state.exists() else first_vectors(train, self.cut, self.shape.d_model)
        self.trainer = Trainer(self.shape, getattr(torch, options.precision), begin)
        self.done = {"step": 0.0, "tokens": 0.0, "seconds": 0.0}
        self.done |= checkpoint.load_state(self.trainer, self.state)
        step = int(self.done["step"])
        torch.manual_seed(options.seed + step)
        batches = Batches(train, self.cut, options.tokens, options.seed)
        self.stream = batches.stream(step, SKIPPED_MERGES)
        self.valid = Batches(pairs.on_side(everything, "valid"), self.cut, options.tokens, 0)

    @property
    def over(self) -> bool:
        """Whether all steps are done."""
        return bool(self.done["step"] >= self.options.steps)

    def part(self, seconds: float) -> None:
        """Train for so long or to the end, then save."""
        start, losses = clock.now(), list[float]()
        self.trainer.copy.train()
        while not self.over and clock.now() - start < seconds:
            epoch, batch = next(self.stream)
            step = int(self.done["step"])
            share = rate(step, self.options.steps, self.options.fall)
            losses.append(self.trainer.step(batch, share, step))
            self.done["step"] += 1
            self.done["tokens"] += int((batch.wanted != PAD).sum())
            if (step + 1) % REPORT_EVERY == 0:
                self.log({**self.done, "epoch": epoch, "loss": statistics.fmean(losses)})
                losses.clear()
            if (step + 1) % VALIDATE_EVERY == 0:
                model = checkpoint.model_of(self.trainer.average, self.shape)
                self.log({"step": step + 1, "valid": held_out(model, self.valid)})
        self.done["seconds"] += clock.now() - start
        checkpoint.save_state(self.trainer, self.done, self.state)

    def log(self, row: dict[str, Any]) -> None:
        """One line more."""
        with (self.options.out / "train.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BUILD)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--fall", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--tokens", type=int, default=1800)
    parser.add_argument("--dropout", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="bfloat16")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    Run(options).part(options.seconds)


if __name__ == "__main__":
    main()
