"""Train the bundled bilingual model.

    python -m lesson_core.tasks.bilingual.train --minutes 35

Start it again to go on from the last checkpoint in `build/bilingual`. The learning rate follows
the work done, or the time spent where that is further, so a run that is given `--minutes` still
ends at the low rate it needs. The log is `build/bilingual/train.jsonl`.
"""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from lesson_core import clock
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.prepare import BUILD, FOLDER

PEAK, FLOOR, WARM_UP = 2.5e-3, 1e-4, 100
SAVE_EVERY, REPORT_EVERY = 200, 20


def optimizer_for(model: Transformer) -> torch.optim.AdamW:
    """AdamW that decays matrices only."""
    weights = list(model.parameters())
    groups = [
        {"params": [w for w in weights if w.dim() == 2], "weight_decay": 0.1},
        {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.95))


def learning_rate(step: int, progress: float) -> float:
    """Linear warm-up by steps, then a cosine from PEAK to FLOOR as `progress` goes from 0 to 1."""
    cosine = FLOOR + (PEAK - FLOOR) * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))
    return cosine * min(1.0, (step + 1) / WARM_UP)


def batches(
    documents: packing.Documents, length: int, batch: int, seed: int, skip: int
) -> Iterator[torch.Tensor]:
    """Endless batches [B, length + 1], reshuffled each epoch, from number `skip` on."""
    number = epoch = 0
    while True:
        waiting: list[np.ndarray] = []
        for row in packing.rows(documents, length + 1, seed + epoch):
            waiting.append(row)
            if len(waiting) == batch:
                if number >= skip:
                    yield torch.from_numpy(np.stack(waiting))
                number, waiting = number + 1, []
        epoch += 1


def loss_of(model: Transformer, rows: torch.Tensor, *, amp: bool) -> torch.Tensor:
    """Mean nats per token of rows [B, T + 1], each token guessed from those before it."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=amp):
        logits = model(rows[:, :-1], NoCache())  # [B, T, vocab]
    return F.cross_entropy(logits.float().flatten(0, 1), rows[:, 1:].flatten())


@torch.no_grad()
def held_out(
    model: Transformer, documents: packing.Documents, limit: int
) -> dict[str, dict[str, float]]:
    """Nats per token and bits per byte of each language, every document on its own.

    The first token of a document has nothing before it and is not scored; at most `limit`
    documents of each language.
    """
    out = {}
    for code, language in enumerate(packing.LANGUAGES):
        chosen = np.flatnonzero(documents.language == code)[:limit]
        nats, tokens, size = 0.0, 0, 0
        for index in chosen:
            ids = torch.from_numpy(documents.document(int(index)).astype(np.int64))[None, :512]
            nats += float(loss_of(model, ids, amp=False)) * (ids.shape[1] - 1)
            tokens, size = tokens + ids.shape[1] - 1, size + int(documents.bytes[index])
        if tokens:
            out[language] = {
                "nats_per_token": round(nats / tokens, 4),
                "bits_per_byte": round(nats / size / math.log(2), 4),
            }
    return out


Loss = Callable[..., torch.Tensor]


def step_once(
    model: Transformer, optimizer: torch.optim.AdamW, loss: torch.Tensor, rate: float
) -> float:
    """One update from `loss`; returns its value."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


class Log:
    """Lines of JSON, in a file and on the screen, each with the minutes spent so far."""

    def __init__(self, path: Path, minutes_before: float) -> None:
        self._path, self._before, self._start = path, minutes_before, clock.now()

    @property
    def minutes(self) -> float:
        """Minutes of training, earlier runs included."""
        return self._before + (clock.now() - self._start) / 60

    def say(self, **values: object) -> None:
        """Write one line."""
        used = os.times()
        cpu = round((used.user + used.system) / 60, 2)
        line = json.dumps({"minutes": round(self.minutes, 2), "cpu_minutes": cpu, **values})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        sys.stderr.write(line + "\n")


def run(options: argparse.Namespace) -> None:
    """Train until `minutes` or `steps` are over, then write the model."""
    train = packing.Documents.load(options.build / "train.safetensors")
    held = packing.Documents.load(options.build / "held.safetensors")
    model = checkpoint.fresh(ModelConfig.from_hf(checkpoint.HF_CONFIG), options.seed)
    optimizer = optimizer_for(model)
    state = options.build / "state.safetensors"
    done = checkpoint.load_state(model, optimizer, state)
    step, losses = int(done.get("step", 0)), list[float]()
    log = Log(options.build / "train.jsonl", done.get("minutes", 0.0))
    loss: Loss = torch.compile(loss_of, dynamic=False) if options.compile else loss_of
    for rows in batches(train, options.length, options.batch, options.seed, step):
        progress = max(step / options.steps, log.minutes / options.minutes)
        if progress >= 1:
            break
        rate = learning_rate(step, progress)
        losses.append(step_once(model, optimizer, loss(model, rows, amp=options.amp), rate))
        step += 1
        if step % REPORT_EVERY == 0:
            log.say(step=step, loss=round(sum(losses) / len(losses), 4), lr=round(rate, 6))
            losses.clear()
        if step % SAVE_EVERY == 0:
            done = {"step": step, "minutes": log.minutes}
            checkpoint.save_state(model, optimizer, done, state)
            checkpoint.export(model, options.build / "latest")
            log.say(step=step, held_out=held_out(model, held, 40))
    checkpoint.save_state(model, optimizer, {"step": step, "minutes": log.minutes}, state)
    checkpoint.export(model, options.folder)
    log.say(step=step, whole="held out", loss=held_out(model, held, len(held)))
    log.say(step=step, whole="trained on", loss=held_out(model, train, 300))


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--amp", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    run(options)


if __name__ == "__main__":
    main()
