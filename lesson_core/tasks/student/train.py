"""Train the student: its vector of a Chinese text is pulled to the teacher's of the English one.

    python -m lesson_core.tasks.student.train --pairs cmn.txt --seconds 80

Start it again to go on from `build/student/state.safetensors`. The rate rises for `WARMUP` steps
and falls in a straight line to 0 at `--steps`. The log is `build/student/train.jsonl`.
Source: Reimers & Gurevych 2020, arXiv:2004.09813.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from lesson_core import clock
from lesson_core.model.encoder import Encoder, pooled
from lesson_core.tasks import sentence_encoder
from lesson_core.tasks.bilingual import checkpoint
from lesson_core.tasks.student import examples, start, tokens
from lesson_core.tasks.translate import pairs

BUILD = Path("build/student")
VOCABULARY, JOINED = 6000, 8000
STEPS = 2500  # of the bundled student
BATCH, PEAK, WARMUP, DROPOUT = 64, 3e-4, 100, 0.1
REPORT_EVERY = 50


def loss_of(student: Tensor, teacher: Tensor) -> Tensor:
    """Half the mean squared distance of vectors of length 1, [N, d_model]: 1 − cosine."""
    return 1 - (student * teacher).sum(dim=-1).mean()


def vectors(model: Encoder, rows: list[list[int]]) -> Tensor:
    """One vector per row of ids, padded to the longest: [N, d_model]."""
    longest = min(max(map(len, rows)), model.config.max_len)
    lengths = torch.tensor([min(len(row), longest) for row in rows])
    padded = torch.tensor([row[:longest] + [tokens.PAD] * (longest - len(row)) for row in rows])
    seen = torch.arange(longest) < lengths.unsqueeze(1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model(padded, seen)
    return pooled(hidden.float(), seen)


def batches(lengths: list[int], size: int, seed: int) -> list[list[int]]:
    """Every index once, those of like length together, in random order."""
    draw = random.Random(seed)
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] * draw.uniform(0.9, 1.1))
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    draw.shuffle(groups)
    return groups


def endless(lengths: list[int], size: int, skip: int) -> Iterator[list[int]]:
    """Batches of one epoch after the other; the first `skip` are left out."""
    per_epoch = -(-len(lengths) // size)
    epoch = skip // per_epoch
    while True:
        yield from batches(lengths, size, seed=epoch)[max(0, skip - epoch * per_epoch) :]
        epoch += 1


class Training:
    """The student, its optimiser, and how far they are."""

    def __init__(self, model: Encoder, cut: Tokenizer, folder: Path, steps: int) -> None:
        self.model, self.cut, self.folder, self.steps = model, cut, folder, steps
        self.adam = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.01)
        done = checkpoint.load_state(model, self.adam, folder / "state.safetensors")
        self.step = int(done.get("step", 0))

    def learn(self, given: list[examples.Text], targets: Tensor, seconds: float) -> None:
        """Go on until the last step or until the time is up, then write the state."""
        begun, losses = clock.now(), list[float]()
        drawn = endless([len(one.chinese) for one in given], BATCH, self.step)
        while self.step < self.steps and clock.now() - begun < seconds:
            some = next(drawn)
            rows = tokens.cut(self.cut, [given[i].chinese for i in some], DROPOUT)
            loss = loss_of(vectors(self.model, rows), targets[some])
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.adam.param_groups[0]["lr"] = PEAK * rate(self.step, self.steps)
            self.adam.step()
            self.adam.zero_grad()
            self.step += 1
            losses.append(float(loss.detach()))
            if self.step % REPORT_EVERY == 0:
                self.report(sum(losses) / len(losses), clock.now() - begun)
                losses.clear()
                self.save()
        self.save()

    def save(self) -> None:
        """What the next start goes on from."""
        done = {"step": float(self.step)}
        checkpoint.save_state(self.model, self.adam, done, self.folder / "state.safetensors")

    def report(self, loss: float, seconds: float) -> None:
        """One line of the log."""
        line = {"step": self.step, "loss": round(loss, 5), "seconds": round(seconds, 1)}
        with (self.folder / "train.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def rate(step: int, steps: int) -> float:
    """The share of the peak rate at a step."""
    return min((step + 1) / WARMUP, max(0.0, (steps - step) / max(1, steps - WARMUP)))


def tokenizer_in(folder: Path, train: list[pairs.Pair]) -> Tokenizer:
    """The tokenizer in `folder`, learned from the pairs if there is none yet."""
    file = folder / "tokenizer.json"
    if not file.exists():
        tokens.learn([pair.chinese for pair in train], [], VOCABULARY).save(str(file))
    return Tokenizer.from_file(str(file))


def student_in(
    folder: Path, cut: Tokenizer, train: list[pairs.Pair], glossed: bool = True
) -> Encoder:
    """The student in `folder` as it was before its training, made if there is none yet."""
    file = folder / "begun.safetensors"
    if not file.exists():
        theirs = sentence_encoder.load()
        if glossed:
            vectors = start.table(theirs, cut, train)
        else:
            vectors = start.random_table(theirs, cut.get_vocab_size(), seed=1)
        save_file(start.begin(theirs, vectors).state_dict(), file)
    begun = load_file(file)
    model = Encoder(start.shape(begun))
    model.load_state_dict({name: weight.clone() for name, weight in begun.items()})
    return model


def main() -> None:
    """Read the pairs, let the teacher read them, train for a while."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.tasks.student.train")
    parser.add_argument("--pairs", type=Path, required=True, help="cmn.txt")
    parser.add_argument("--out", type=Path, default=BUILD)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--side", choices=("english", "chinese"), default="english",
                        help="what the teacher reads of each pair")  # fmt: skip
    parser.add_argument("--random", action="store_true", help="no glosses to begin with")
    options = parser.parse_args()
    begun = clock.now()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    options.out.mkdir(parents=True, exist_ok=True)
    train = pairs.on_side(pairs.read(options.pairs), "train")
    given = examples.texts(train, JOINED, seed=1)
    over = lambda: clock.now() - begun > options.seconds  # noqa: E731
    file = options.out / "targets.safetensors"
    targets = examples.taught(sentence_encoder.load, given, file, over, options.side)
    if targets is not None:
        cut = tokenizer_in(options.out, train)
        student = student_in(options.out, cut, train, glossed=not options.random)
        training = Training(student, cut, options.out, options.steps)
        training.learn(given, targets, options.seconds - (clock.now() - begun))


if __name__ == "__main__":
    main()
