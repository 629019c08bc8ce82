"""Job `evaluate`: the perplexity of a pasted text, promised and measured, and the usual mistakes.

Events in order:

- `progress` {what: "load_model" | "read" | "batches" | "other_model", done, total}, `code`.
- `data` {what: "read", tokens, of, perplexity, low, high, promised, curve: [[tokens, perplexity,
  promised]]}: the text so far, in windows with context; the curve has a point every few tokens.
- `data` {what: "batch", tokens, positions, loss, padded}: one batch of pieces; losses are means.
- `result` {tokens, of, bytes, perplexity, low, high, promised, bits_per_byte, surprise: [{text,
  nll}], batches, ways: {right, means, padded, both}, modes: {plain: [x], eval: [x, x], train:
  [x, x]}, other: {model, tokens, perplexity, bits_per_byte} | None, environment}. `ways` and
  `modes` are perplexities of the pieces; `low` and `high` take tokens as independent.

`promised` is exp of the mean entropy of the model's own distributions: the perplexity it expects.
Raises LabError("text_too_short") where there is no second token.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import torch

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.schema.evaluate import Evaluate, pieces
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.tasks import evaluate, quality
from lesson_core.tasks.evaluate import Counted
from lesson_core.theory import perplexity

AT_ONCE = 2  # windows between two looks at `cancelled`
EVERY = 8  # tokens between two points of a curve, at least
LISTED = 240  # tokens shown with their loss
Z = 1.96  # standard errors to either side


@dataclass
class Reading:
    """−ln p and entropy of every token read so far, and the ids they belong to."""

    ids: list[int] = field(default_factory=list)
    nll: torch.Tensor = field(default_factory=lambda: torch.zeros(0))
    entropy: torch.Tensor = field(default_factory=lambda: torch.zeros(0))

    def add(self, ids: Sequence[int], told: evaluate.Told) -> None:
        """Some more tokens."""
        self.ids += ids
        self.nll = torch.cat([self.nll, told.nll])
        self.entropy = torch.cat([self.entropy, told.entropy])

    def summary(self) -> dict[str, Any]:
        """{tokens, perplexity, low, high, promised}."""
        mean, n = float(self.nll.mean()), len(self.ids)
        error = float(self.nll.std()) / math.sqrt(n) if n > 1 else 0.0
        low, high = (perplexity.perplexity(mean + side * Z * error) for side in (-1, 1))
        promised = perplexity.perplexity(float(self.entropy.mean()))
        return {"tokens": n, "perplexity": perplexity.perplexity(mean), "low": low, "high": high,
                "promised": promised}  # fmt: skip

    def curve(self) -> list[list[float]]:
        """[tokens, perplexity, promised] of ever longer beginnings, the last of them all."""
        n = len(self.ids)
        stops = [*range(EVERY, n, max(EVERY, n // 60)), n]
        sums = self.nll.cumsum(0), self.entropy.cumsum(0)
        return [
            [stop, *(perplexity.perplexity(float(total[stop - 1]) / stop) for total in sums)]
            for stop in stops
        ]


def run(spec: Evaluate, lab: Lab) -> Iterator[Event]:
    """The text as a whole, then its pieces in batches, then another model on the same bytes."""
    begun = lab.clock()
    yield setting.progress("load_model")
    loaded = lab.model(spec.recipe)
    yield setting.code(
        quality.windows, quality.batch, evaluate.told, evaluate.counted,
        perplexity.mean_of_means, perplexity.per_token, evaluate.with_dropout,
    )  # fmt: skip
    ids = loaded.tokenizer.encode(spec.text)
    reading = Reading()
    groups = list(quality.batches([ids], quality.context(loaded.model), 1))
    for done, group in enumerate(groups):
        if lab.cancelled():
            return
        if done and lab.clock() - begun > spec.seconds / 2:
            break
        inputs, targets = quality.batch(group)
        told = evaluate.told(quality.logits(loaded.model, inputs), targets)
        reading.add(group[0].ids[-group[0].scored :], told)
        detail = {"what": "read", "of": len(ids) - 1, **reading.summary()}
        yield Event(stage="data", detail={**detail, "curve": reading.curve()})
    found: list[Counted] = []
    documents = [loaded.tokenizer.encode(piece) for piece in pieces(spec.text)]
    batches = evaluate.in_batches(documents, quality.context(loaded.model), spec.rows)
    for group in batches:
        if lab.cancelled():
            return
        if found and lab.clock() - begun > 0.8 * spec.seconds:
            break
        inputs, targets = quality.batch(group)
        found.append(evaluate.counted(quality.logits(loaded.model, inputs), targets))
        yield Event(stage="data", detail={"what": "batch", **_row(found[-1])})
    if not found or lab.cancelled():
        return
    told_modes = evaluate.modes(loaded.model, batches[0], spec.dropout)
    yield setting.progress("other_model")
    size = sum(len(loaded.tokenizer.token_bytes(i)) for i in reading.ids)
    summary = reading.summary()
    nats = float(reading.nll.mean())
    shown = zip(reading.ids[:LISTED], reading.nll[:LISTED].tolist(), strict=True)
    yield Event(stage="result", detail={
        **summary, "of": len(ids) - 1, "bytes": size, "rows": spec.rows,
        "bits_per_byte": perplexity.bits_per_byte(nats, len(reading.ids), size),
        "surprise": [{"text": loaded.tokenizer.token_text(i), "nll": nll} for i, nll in shown],
        "batches": [_row(one) for one in found], "ways": _ways(found),
        "modes": {mode: [*map(perplexity.perplexity, said)] for mode, said in told_modes.items()},
        "other": _other(spec, lab, begun), "environment": to_plain(loaded.environment),
    })  # fmt: skip


def _row(one: Counted) -> dict[str, Any]:
    return {**asdict(one.right), "positions": one.padded.tokens, "padded": one.padded.loss}


def _ways(found: Sequence[Counted]) -> dict[str, float]:
    """The same batches, summed up in four ways; perplexities."""
    right, padded = [one.right for one in found], [one.padded for one in found]
    sums: dict[str, float] = {
        "right": perplexity.per_token(right), "means": perplexity.mean_of_means(right),
        "padded": perplexity.per_token(padded), "both": perplexity.mean_of_means(padded),
    }  # fmt: skip
    return {way: perplexity.perplexity(nats) for way, nats in sums.items()}


def _other(spec: Evaluate, lab: Lab, begun: float) -> dict[str, Any] | None:
    """A model with another vocabulary on the same text, where there is one and time is left."""
    name = DEFAULT if spec.recipe.model == FALLBACK else FALLBACK
    if not home.is_ready(name) or lab.cancelled() or lab.clock() - begun > spec.seconds:
        return None
    loaded: Loaded = lab.model(replace(spec.recipe, model=name))
    try:
        score = quality.score(loaded.model, loaded.tokenizer, [spec.text], rows=AT_ONCE)
    except LabError:  # one token here is all of the text
        return None
    return {"model": name, "tokens": score.tokens, "perplexity": score.perplexity,
            "bits_per_byte": score.bits_per_byte}  # fmt: skip
