"""Put the trained rungs where the lab reads them, and write down what they reached.

    python -m lesson_core.tasks.ladder.package --build build/ladder

Every rung with a result that is small enough to ship goes to `assets/models/<name>`: the largest of
them in fp32, never rounded, the others in bf16. What was measured goes to
`assets/recorded/ladder.json`, the held-out text itself beside it, so that anyone can measure again
(`losses` below does), and a piece of the English training text, enough for a minute.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.model import weights
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.prepare import FOLDER as TOKENIZER_FROM
from lesson_core.tasks.ladder.held_out import measure
from lesson_core.tasks.ladder.rungs import LADDER, Rung
from lesson_core.tasks.ladder.samples import samples
from lesson_core.tasks.ladder.text import BUILD
from lesson_core.tasks.ladder.train import optimizer_for
from lesson_core.theory import scaling

MODELS = REPOSITORY / "assets" / "models"
RECORDED = REPOSITORY / "assets" / "recorded"
HELD_OUT, PIECE = "ladder_held_out.safetensors", "ladder_text.safetensors"
PIECE_TOKENS = 400_000
"""Of the English text, for whoever trains a few rungs for a minute: 0.8 MB."""

SHIPPED = LADDER[:-1]
"""The last rung is 54 MB in fp32: its losses are recorded, its weights are not shipped."""

SHARED = ("tokenizer.json", "ATTRIBUTION.txt")


def pack(rung: Rung, build: Path, folder: Path, dtype: torch.dtype) -> None:
    """Write one trained rung in the layout of the Hub."""
    model = checkpoint.fresh(rung.config, seed=0)
    state = build / rung.name / "state.safetensors"
    if not checkpoint.load_state(model, optimizer_for(model), state):
        raise FileNotFoundError(state)
    checkpoint.export(model, folder, rung.hub_config, dtype)
    for name in SHARED:
        shutil.copyfile(TOKENIZER_FROM / name, folder / name)


def losses(folder: Path, held: packing.Documents) -> dict[str, dict[str, float]]:
    """What the files in `folder` lose on the held-out text, in fp32 arithmetic."""
    return measure(weights.load(folder, dtype=torch.float32, device="cpu"), held)


def curve(log: Path) -> list[dict[str, float]]:
    """Held-out nats per token along the training: after how many steps, how much."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    found = {
        line["step"]: line["held_out"]["all"]["nats_per_token"]
        for line in lines
        if "held_out" in line
    }
    return [{"step": step, "loss": loss} for step, loss in sorted(found.items())]


def fitted(rungs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The power law through (parameters, held-out nats per token) of `rungs`."""
    sizes = [rung["params"] for rung in rungs]
    reached = [rung["held_out"]["all"]["nats_per_token"] for rung in rungs]
    law = scaling.fit(sizes, reached)
    return {
        "exponent": round(law.exponent, 4),
        "exponent_band": [round(end, 4) for end in law.exponent_band()],
        "constant": round(law.constant, 3),
        "r2": round(law.r2, 4),
        "monotone": scaling.falls(sizes, reached),
    }


def piece(train: packing.Documents, tokens: int) -> packing.Documents:
    """English documents from all over the text, each once, of about `tokens` in all."""
    english = np.flatnonzero(train.language == packing.LANGUAGES.index("en"))
    once = {train.document(int(i)).tobytes(): int(i) for i in english}
    order = np.random.default_rng(0).permutation(sorted(once.values()))
    lengths = train.starts[order + 1] - train.starts[order]
    return train.only(order[: int(np.searchsorted(np.cumsum(lengths), tokens))].tolist())


def main() -> None:
    """Package what is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--recorded", type=Path, default=RECORDED)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    done = [rung for rung in LADDER if (options.build / rung.name / "result.json").exists()]
    held = packing.Documents.load(options.build / "held.safetensors")
    largest = [rung for rung in done if rung in SHIPPED][-1]
    rungs = []
    for rung in done:
        folder, build = options.models / rung.name, options.build / rung.name
        result = json.loads((build / "result.json").read_text("utf-8"))
        result["curve"] = curve(build / "train.jsonl")
        if rung in SHIPPED:
            dtype = torch.float32 if rung is largest else torch.bfloat16
            pack(rung, options.build, folder, dtype)
            stored = losses(folder, held)["all"]["nats_per_token"]
            dtype_name = str(dtype).removeprefix("torch.")
            result["files"] = {"dtype": dtype_name, "nats_per_token": stored}
            result["samples"] = samples(folder)
        rungs.append(result)
    text = json.loads((options.build / "text.json").read_text("utf-8"))
    report = {"text": text, "fit": fitted(rungs), "rungs": rungs}
    options.recorded.mkdir(parents=True, exist_ok=True)
    written = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (options.recorded / "ladder.json").write_text(written, encoding="utf-8")
    shutil.copyfile(options.build / "held.safetensors", options.recorded / HELD_OUT)
    train = packing.Documents.load(options.build / "train.safetensors")
    piece(train, PIECE_TOKENS).save(options.recorded / PIECE)
    sys.stdout.write(json.dumps(report["fit"]) + "\n")


if __name__ == "__main__":
    main()
