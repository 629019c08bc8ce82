"""Jobs `measure_ladder` and `train_rungs`: models that differ in size and in nothing else.

`measure_ladder` reads the held-out text, in one order for all rungs, as far as the time allows:

- `progress` {what: "load_model"}, `code`.
- `data` and at last `result` {documents, of, rungs: [{name, n, embedding, held_out: {"en" | "zh" |
  "pair" | "all": {nats_per_token, bits_per_byte, tokens}}, in_a_row: [[right, tried]]}], less,
  low, high}: `in_a_row` for 1, 2, … tokens; `less` is by how many percent the largest rung's loss
  lies below the smallest's, with its 95 % interval over documents.

`train_rungs`: `code`, `data` {what: "step" | "held_out", step, tokens, seconds, losses}, `result`
{rungs: [{name, n, flop}], tokens, seconds, losses, steps}: `flop` are those of its training.
Raises LabError("artefact_missing") where a rung is not there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch

from lesson_core.artefacts import ladder, manifest
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model import weights
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.schema.parameters import MeasureLadder, TrainRungs
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.bilingual.train import loss_of, step_once
from lesson_core.tasks.ladder import held_out, side_by_side
from lesson_core.tasks.ladder.rungs import LADDER, Rung, named
from lesson_core.tasks.ladder.train import Text, one_cycle
from lesson_core.theory import in_a_row, scaling, stats

AT_ONCE = 24  # documents between two looks at the clock
EVERY = 4  # steps of training in one event


@dataclass
class Reading:
    """One rung and what it said to every document so far."""

    rung: Rung
    model: Transformer
    nats: list[tuple[float, int]] = field(default_factory=list)  # and tokens, per document
    stretches: np.ndarray = field(  # of 1, 2, … tokens: how many are right, and how many there are
        default_factory=lambda: np.zeros((in_a_row.LONGEST, 2), dtype=np.int64)
    )

    def add(self, documents: list[np.ndarray]) -> None:
        """Some more documents."""
        told = held_out.told(self.model, documents)
        self.nats += [(float(nats.sum()), len(nats)) for nats, _ in told]
        hits = [hits for _, hits in told]
        lengths = range(1, in_a_row.LONGEST + 1)
        self.stretches += np.array([in_a_row.in_a_row(hits, k) for k in lengths])

    def row(self, held: packing.Documents, which: np.ndarray) -> dict[str, Any]:
        """What the page draws."""
        return {
            "name": self.rung.name, "n": self.rung.params,
            "embedding": self.rung.vocab_size * self.rung.d_model,
            "held_out": held_out.summed(np.array(self.nats), held, which),
            "in_a_row": self.stretches.tolist(),
        }  # fmt: skip


def run(spec: MeasureLadder, lab: Lab) -> Iterator[Event]:
    """All rungs on the same documents, batch by batch."""
    begun = lab.clock()
    yield setting.progress("load_model")
    rungs = [Reading(named(name), load(name)) for name in ladder.rungs()]
    held = packing.Documents.load(ladder.HELD_OUT)
    yield setting.code(scaling.fit, held_out.told, in_a_row.in_a_row)
    order = np.random.default_rng(spec.seed).permutation(len(held))
    done = 0
    while done < len(order) and (not done or lab.clock() - begun < spec.seconds):
        some = [held.document(int(i))[: held_out.LONGEST] for i in order[done : done + AT_ONCE]]
        for rung in rungs:
            if lab.cancelled():
                return
            rung.add(some)
        done += len(some)
        detail = {"documents": done, "of": len(order), **_so_far(rungs, held, order[:done])}
        yield Event(stage="data", detail={"what": "read", **detail})
    yield Event(stage="result", detail=detail)


def load(name: str) -> Transformer:
    """A bundled rung in fp32."""
    folder = manifest.checked_folder(name)
    return weights.load(folder, dtype=torch.float32, device="cpu")


def _so_far(rungs: list[Reading], held: packing.Documents, which: np.ndarray) -> dict[str, Any]:
    small, large = ([nats for nats, _ in rung.nats] for rung in (rungs[0], rungs[-1]))
    low, high = stats.ratio_interval(large, small)
    return {
        "rungs": [rung.row(held, which) for rung in rungs],
        "less": 100 * (1 - sum(large) / sum(small)),
        "low": 100 * (1 - high), "high": 100 * (1 - low),
    }  # fmt: skip


def train(spec: TrainRungs, lab: Lab) -> Iterator[Event]:
    """The smallest rungs of the ladder from nothing, their losses as they fall."""
    yield setting.code(side_by_side.train, step_once, loss_of, one_cycle)
    text = Text(packing.Documents.load(ladder.TEXT), english(ladder.HELD_OUT))
    chosen = LADDER[: spec.rungs]
    waiting: list[tuple[float, ...]] = []
    told = None
    for told in side_by_side.train(chosen, text, spec.seconds, spec.seed, lab.clock, lab.cancelled):
        if told.held_out:
            yield _losses("held_out", told, told.losses)
            continue
        waiting.append(told.losses)
        if len(waiting) == EVERY:
            yield _losses("step", told, [fmean(each) for each in zip(*waiting, strict=True)])
            waiting.clear()
    if lab.cancelled() or told is None:
        return
    yield Event(stage="result", detail={
        "rungs": [{"name": r.name, "n": r.params, "flop": flop(r, told.tokens)} for r in chosen],
        "tokens": told.tokens, "steps": told.step, "seconds": told.seconds,
        "losses": list(told.losses),
    })  # fmt: skip


def _losses(what: str, told: side_by_side.Told, losses: Sequence[float]) -> Event:
    detail = {"step": told.step, "tokens": told.tokens, "seconds": told.seconds}
    return Event(stage="data", detail={"what": what, **detail, "losses": list(losses)})


def english(path: Path) -> packing.Documents:
    """The English documents of a file."""
    every = packing.Documents.load(path)
    return every.only(np.flatnonzero(every.language == packing.LANGUAGES.index("en")))


def flop(rung: Rung, tokens: int) -> float:
    """What training on `tokens` costs; the head's product counts, so the table does."""
    return scaling.TRAIN_FLOP * float(rung.params + rung.vocab_size * rung.d_model) * tokens
