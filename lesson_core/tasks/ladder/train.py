"""Train the rungs one after another, the smallest first, each on the same tokens.

    python -m lesson_core.tasks.ladder.train --build build/ladder --seconds 80

Stops after `seconds` with everything saved; the same command goes on from there, rung by rung,
until each has a `result.json`. One recipe: AdamW, 1,024 tokens a step, a rate that rises over the
first twentieth of the steps and falls in a line to nothing, its peak by the rule in `rungs.py`.
"""

import argparse
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from lesson_core import clock
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.train import Log, batches, loss_of, step_once
from lesson_core.tasks.ladder.held_out import measure
from lesson_core.tasks.ladder.rungs import LADDER, Rung
from lesson_core.tasks.ladder.text import BUILD

TOKENS = 6_000_000
BATCH, LENGTH = 4, 256
RISE = 0.05  # share of the steps in which the rate rises
REPORT_EVERY, SAVE_EVERY, MEASURED = 20, 250, 8


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that a run depends on beside its text and its rung."""

    tokens: int = TOKENS
    batch: int = BATCH
    length: int = LENGTH
    seed: int = 1
    rate: float = 1.0  # times the peak that the rule gives
    compile: bool = True
    amp: bool = True

    @property
    def steps(self) -> int:
        """Updates: each reads `batch` rows."""
        return max(1, self.tokens // (self.batch * self.length))


def one_cycle(progress: float) -> float:
    """The share of the peak rate at `progress` from 0 to 1: up in a line, down in a line."""
    return min(progress / RISE, (1 - progress) / (1 - RISE))


def optimizer_for(model: Transformer) -> torch.optim.AdamW:
    """AdamW that decays matrices only; one kernel per tensor for the whole update."""
    weights = list(model.parameters())
    groups = [
        {"params": [w for w in weights if w.dim() == 2], "weight_decay": 0.1},
        {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), fused=True)


@dataclass(frozen=True)
class Text:
    """What is learnt, and what only tests it."""

    train: packing.Documents
    held: packing.Documents

    @classmethod
    def load(cls, build: Path) -> "Text":
        """What `prepare` wrote."""
        parts = (packing.Documents.load(build / f"{n}.safetensors") for n in ("train", "held"))
        return cls(*parts)


def climb(
    rung: Rung, text: Text, folder: Path, settings: Settings, over: Callable[[], bool]
) -> bool:
    """Train `rung` in `folder` until it is done (True) or `over` says so; goes on where it was."""
    folder.mkdir(parents=True, exist_ok=True)
    model = checkpoint.fresh(rung.config, settings.seed)
    optimizer = optimizer_for(model)
    state = folder / "state.safetensors"
    done = checkpoint.load_state(model, optimizer, state)
    step, log = int(done.get("step", 0)), Log(folder / "train.jsonl", done.get("minutes", 0.0))
    loss = torch.compile(loss_of, dynamic=False) if settings.compile else loss_of
    recent: list[float] = []
    peak = rung.peak * settings.rate
    for rows in _rows(text.train, settings, step):
        if step == settings.steps or over():
            break
        rate = peak * one_cycle((step + 1) / (settings.steps + 1))
        recent.append(step_once(model, optimizer, loss(model, rows, amp=settings.amp), rate))
        step += 1
        if step % REPORT_EVERY == 0:
            log.say(step=step, loss=round(sum(recent) / len(recent), 4), lr=round(rate, 6))
            recent.clear()
        if step % SAVE_EVERY == 0:
            checkpoint.save_state(model, optimizer, {"step": step, "minutes": log.minutes}, state)
        if step % math.ceil(settings.steps / MEASURED) == 0:
            log.say(step=step, held_out=measure(model, text.held))
    checkpoint.save_state(model, optimizer, {"step": step, "minutes": log.minutes}, state)
    if step == settings.steps:
        _write_result(folder, rung, settings, measure(model, text.held), log.minutes)
    return step == settings.steps


def _rows(text: packing.Documents, settings: Settings, skip: int) -> Iterator[torch.Tensor]:
    return batches(text, settings.length, settings.batch, settings.seed, skip)


def _write_result(
    folder: Path, rung: Rung, settings: Settings, held: dict[str, dict[str, float]], minutes: float
) -> None:
    result = {
        "name": rung.name,
        "params": rung.params,
        "embedding_params": rung.vocab_size * rung.d_model,
        "shape": {"n_layers": rung.n_layers, "d_model": rung.d_model, "d_ff": rung.d_ff},
        "steps": settings.steps,
        "tokens": settings.steps * settings.batch * settings.length,
        "tokens_per_step": settings.batch * settings.length,
        "peak_rate": round(rung.peak * settings.rate, 6),
        "seed": settings.seed,
        "minutes": round(minutes, 1),
        "held_out": held,
    }
    (folder / "result.json").write_text(json.dumps(result, indent=2) + "\n")


def run(
    rungs: Sequence[Rung], build: Path, settings: Settings, over: Callable[[], bool] = lambda: False
) -> None:
    """Every rung that is not done yet, until `over`."""
    text = Text.load(build)
    for rung in rungs:
        finished = (build / rung.name / "result.json").exists()
        if not finished and not climb(rung, text, build / rung.name, settings, over):
            return


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--rungs", nargs="*", default=[rung.name for rung in LADDER])
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=math.inf)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    start = clock.now()
    settings = Settings(
        tokens=options.tokens, rate=options.rate, seed=options.seed, compile=options.compile
    )
    chosen = [rung for rung in LADDER if rung.name in options.rungs]
    run(chosen, options.build, settings, lambda: clock.now() - start > options.seconds)


if __name__ == "__main__":
    main()
