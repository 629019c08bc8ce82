"""Record the distillation runs of the compression lesson, and what a token of each model costs.

`python -m lesson_core.bench distil` trains every student that is not in the file yet and writes
assets/recorded/distil.json after each, so a second start goes on. `--latency` times one decode
step of the teacher and of every student in turns, fused; let nothing else run meanwhile.
The last line is that of the abilities benchmark, from the file.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch

from lesson_core import clock
from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.bench.abilities_distil import SEEDS, STEPS, STUDENT, TEACHER, report
from lesson_core.experiments.compressed import Side, built, spread
from lesson_core.measure import timing
from lesson_core.measure.environment import environment
from lesson_core.model import weights
from lesson_core.model.transformer import Transformer
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import CompileKind, Recipe
from lesson_core.tasks.bilingual import checkpoint
from lesson_core.tasks.distil import compare, train
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.distil.train import ARMS, Arm, Settings
from lesson_core.tasks.ladder import rungs

FILE = REPOSITORY / "assets" / "recorded" / "distil.json"
OTHERS = ("ladder-100k", "ladder-500k")  # with the first seed only, without the teacher's writing
STEPS_TIMED, PROMPT, REPEATS = 64, 48, 31
KINDS: tuple[CompileKind, ...] = ("fused",)


def asked() -> list[Settings]:
    """Every run of the record, the student of the benchmark first."""
    both: tuple[Arm, ...] = ("plain", "soft")
    main = [Settings(rung=rungs.named(STUDENT), steps=STEPS, seed=seed, arms=ARMS)
            for seed in SEEDS]  # fmt: skip
    return main + [
        Settings(rung=rungs.named(name), steps=STEPS, seed=SEEDS[0], arms=both) for name in OTHERS
    ]


def kept(file: Path) -> dict[str, Any]:
    """What is recorded so far."""
    if not file.exists():
        return {"runs": []}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def keep(found: dict[str, Any], file: Path) -> None:
    """Write the record, small enough to read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def record(teacher: Transformer, text: Text, wanted: list[Settings], file: Path) -> dict[str, Any]:
    """Train what is missing; the file is written after every run."""
    found = kept(file)
    done = {(run["student"], run["seed"]) for run in found["runs"]}
    first = wanted[0]
    found |= {
        "teacher": TEACHER,
        "teacher_params": params(teacher),
        "teacher_loss": round(compare.loss_on(teacher, text.held), 4),
        "steps": first.steps,
        "tokens_per_step": train.BATCH * train.LENGTH,
        "temperature": first.temperature,
        "weight": round(first.weight, 4),
        "tokens": {name: len(getattr(text, name).ids) for name in text.__dataclass_fields__},
        "environment": to_plain(environment("cpu", "fp32", torch.get_num_threads())),
    }
    for settings in wanted:
        name = settings.rung.name
        if (name, settings.seed) not in done:
            one = compare.compare(teacher, text, settings)
            sizes = {"student": name, "params": settings.rung.params + table(settings.rung)}
            found["runs"].append({**sizes, **one})
            keep(found, file)
            losses = {arm: judged["loss"] for arm, judged in one["arms"].items()}
            print(name, settings.seed, losses, f"{one['cpu_s']:.0f} s", flush=True)
    return found


def params(model: Transformer) -> int:
    """All weights, each once."""
    return sum(weight.numel() for weight in model.parameters())


def table(rung: rungs.Rung) -> int:
    """Weights of the embedding, which is the head too."""
    return rung.vocab_size * rung.d_model


def latency(teacher: Transformer) -> dict[str, Any]:
    """{kind: {model: spread of seconds per decode step}}; a step's time is not in its weights."""
    names = (*OTHERS[:1], STUDENT, *OTHERS[1:])
    models = {name: checkpoint.fresh(rungs.named(name).config, 1).requires_grad_(False).eval()
              for name in names}  # fmt: skip
    models[TEACHER] = teacher
    ids = torch.arange(1, PROMPT + STEPS_TIMED + 1)[None]
    out: dict[str, Any] = {}
    for kind in KINDS:
        sides = {
            name: Side(model=built(model, Recipe(model=name, precision="fp32", compile=kind)),
                       token_ids=ids).decoding(PROMPT, STEPS_TIMED)
            for name, model in models.items()
        }  # fmt: skip
        with torch.inference_mode():
            taken = timing.interleave(sides, clock.on("cpu"), REPEATS, warm_up=3)
        out[kind] = {name: spread([seconds / STEPS_TIMED for seconds in samples])
                     for name, samples in taken.items()}  # fmt: skip
    return out


def main() -> int:
    """Train what is missing, or time; print the line of the benchmark once all seeds are there."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench distil")
    parser.add_argument("--latency", action="store_true", help="time the models instead")
    parser.add_argument("--file", type=Path, default=FILE)
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder = manifest.checked_folder(TEACHER)
    teacher = weights.load(folder, dtype=torch.float32, device="cpu").requires_grad_(False).eval()
    if args.latency:
        found = kept(args.file) | {
            "latency": latency(teacher),
            "latency_environment": to_plain(environment("cpu", "fp32", 1)),
        }
        keep(found, args.file)
    else:
        found = record(teacher, Text.load(), asked(), args.file)
    runs = [run["arms"] for run in found["runs"] if run["student"] == STUDENT]
    if len(runs) == len(SEEDS):
        print(json.dumps(report(runs, found["teacher_loss"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
