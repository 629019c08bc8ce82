"""Job `compression`: every scheme beside fp32, in turns: bytes, speed, quality, weight error.

Speed and bytes are those of the chosen model; quality is measured on weights that were never
quantised (the chosen model's own, if they were not). Events in order:

- `progress` detail {what: "load_model" | "measure_bound" | "quality" | "scheme", name, done, total}
- `code` as in token_clock.
- `data` {what: "plan", model, quality_model, fused, prompt_len, prefill_len, new_tokens, repeats}.
- `data` {what: "scheme", name, …} per scheme, "fp32" first: {weight_bytes (in memory, counted from
  tensors), read_bytes (weights and KV of one decode step, predicted), kv_token_bytes, predicted
  (plain `Prediction` of a decode step), predicted_ratio, decode, prefill, small (decode on the
  quality model; None where it is the same): each as `compressed.paired`, quality as
  `quality_report.report`, error as `weight_error.histogram`, kept (share of the layers' weights
  that are left)}, or {problem: {code, values}} where this machine cannot run it. "fp32" has no
  timings of its own: every pair has one.
- `result` {plan…, schemes: [as above], slower: [{name, where: "decode" | "prefill" | "small",
  ratio}] (rounded schemes whose whole interval lies below 1), steps: [{measured_s, parts_s}] of
  int8, environment}.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from lesson_core.artefacts.unquantised import quality_model
from lesson_core.errors import LabError
from lesson_core.experiments import compressed, expectation, setting, weight_error
from lesson_core.experiments.compressed import Side
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.transformer import Transformer
from lesson_core.schema.card import Card
from lesson_core.schema.compression import Compression, CompressionScheme
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import KvPrecision, Recipe
from lesson_core.speed import build, prune, quantize
from lesson_core.tasks import quality, quality_report

ROUNDED = ("bf16", "int8", "int8-dynamic", "int4", "kv-int8")
SMALL_PROMPT = 64


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every pair needs: two models in fp32 (perhaps the same), their tokens, the card.

    `beside` are the two as they are timed: plain, or with their decode step fused.
    """

    spec: Compression
    lab: Lab
    plain: Loaded
    judge: Loaded
    beside: tuple[Transformer, Transformer]
    card: Card
    texts: dict[str, list[str]]

    @property
    def prompt(self) -> int:
        """Tokens before the timed steps: as asked, or as many as the model has room for."""
        return min(self.spec.prompt_len, self.plain.config.max_seq_len - self.spec.new_tokens)

    @property
    def middle(self) -> int:
        """Tokens in sight in the middle of the timed steps: what is priced."""
        return self.prompt + self.spec.new_tokens // 2

    def side(self, loaded: Loaded, model: Transformer, kv: KvPrecision = "same") -> Side:
        """A model on the first tokens of our English text, repeated as often as needed."""
        ids = loaded.tokenizer.encode(" ".join(self.texts["en"]))
        need = max(self.spec.prompt_len + self.spec.new_tokens, self.spec.prefill_len)
        need = min(need, loaded.config.max_seq_len)
        row = (ids * (need // len(ids) + 1))[:need]
        return Side(model=model, token_ids=torch.tensor([row], device=loaded.device),
                    kv_precision=kv)  # fmt: skip


def run(spec: Compression, lab: Lab) -> Iterator[Event]:
    """fp32 alone first, then each scheme beside it; a scheme that cannot run here says why."""
    yield setting.progress("load_model")
    base = replace(spec.recipe, precision="fp32", kv_precision="same", pruning="none")
    whole = replace(base, compile="none")
    plain, judge = lab.model(whole), lab.model(replace(whole, model=quality_model(base.model)))
    beside = (compressed.built(plain.model, base), compressed.built(judge.model, base))
    yield setting.code(
        quantize.quantize_int8, quantize.quantize_int4, prune.smallest_dropped, prune.two_of_four,
        quality.score, prefill, decode_one_token,
    )  # fmt: skip
    card = expectation.known_card(spec.card, plain)
    if card is None:
        yield setting.progress("measure_bound")
        card = expectation.take_card(plain, spec.prompt_len + spec.new_tokens, lab.clock)
    made = Bench(spec=replace(spec, recipe=base), lab=lab, plain=plain, judge=judge, card=card,
                 beside=beside, texts=quality_report.texts())  # fmt: skip
    plan = _plan(spec, base.model, quality_model(base.model))
    yield Event(stage="data", detail={"what": "plan", **plan})
    yield setting.progress("quality")
    rows = [_fp32(made)]
    yield Event(stage="data", detail={"what": "scheme", **rows[0]})
    for done, scheme in enumerate(spec.schemes):
        if lab.cancelled():
            return
        progress = {"what": "scheme", "name": scheme, "done": done, "total": len(spec.schemes)}
        yield Event(stage="progress", detail=progress)
        rows.append(_row(made, scheme))
        yield Event(stage="data", detail={"what": "scheme", **rows[-1]})
    where = {"environment": to_plain(plain.environment)}
    yield Event(stage="result", detail={**plan, **_summary(rows), **where})


def _plan(spec: Compression, model: str, judge: str) -> dict[str, Any]:
    lengths = {name: getattr(spec, name) for name in ("prompt_len", "prefill_len", "new_tokens")}
    fused = spec.recipe.compile == "fused"
    return {"model": model, "quality_model": judge, "fused": fused, **lengths,
            "repeats": spec.repeats}  # fmt: skip


def _fp32(made: Bench) -> dict[str, Any]:
    model, judge = made.plain.model, made.judge.model
    report = quality_report.report(judge, judge, made.judge.tokenizer, made.texts)
    error = weight_error.histogram(judge, judge)
    return {"name": "fp32", **_bytes(made, model, made.spec.recipe), "quality": report,
            "error": error, "kept": 1.0}  # fmt: skip


def _row(made: Bench, scheme: CompressionScheme) -> dict[str, Any]:
    asked = compressed.recipe(made.spec.recipe, scheme)
    try:
        model, judged = (compressed.built(m.model, asked) for m in (made.plain, made.judge))
    except LabError as problem:
        values = {key: str(value) for key, value in problem.values.items()}
        return {"name": scheme, "problem": {"code": problem.code, "values": values}}
    judge, kv = made.judge, asked.kv_precision
    sizes = _bytes(made, model, asked)
    before = compressed.expected(made.plain.config, made.spec.recipe, made.middle, made.card)
    return {
        "name": scheme,
        **sizes,
        "predicted_ratio": before.total_s / sizes["predicted"]["total_s"],
        **_timed(made, model, judged, kv),
        "quality": quality_report.report(judge.model, judged, judge.tokenizer, made.texts, kv),
        "error": weight_error.histogram(judge.model, compressed.twin(judge.model, scheme)),
        "kept": compressed.kept(made.plain.model, model),
    }


def _timed(made: Bench, model: Transformer, judged: Transformer, kv: KvPrecision) -> dict[str, Any]:
    spec, clock = made.spec, made.lab.clock
    before, after = made.side(made.plain, made.beside[0]), made.side(made.plain, model, kv)
    room, steps, prompt = int(before.token_ids.shape[1]), spec.new_tokens, made.prompt
    timed: dict[str, Any] = {
        "decode": compressed.paired(
            before.decoding(prompt, steps), after.decoding(prompt, steps), clock, spec.repeats,
            steps,
        ),
        "prefill": compressed.paired(
            before.prefilling(min(spec.prefill_len, room)),
            after.prefilling(min(spec.prefill_len, room)), clock, spec.repeats,
        ),
        "small": None,
    }  # fmt: skip
    if made.judge.config != made.plain.config:
        one, two = made.side(made.judge, made.beside[1]), made.side(made.judge, judged, kv)
        prompt = min(SMALL_PROMPT, int(one.token_ids.shape[1]) - steps)
        timed["small"] = compressed.paired(
            one.decoding(prompt, steps), two.decoding(prompt, steps), clock, spec.repeats, steps
        )
    return timed


def _bytes(made: Bench, model: Transformer, recipe: Recipe) -> dict[str, Any]:
    counted = compressed.counts(model.config, recipe, made.middle)
    expected = compressed.expected(model.config, recipe, made.middle, made.card)
    return {"weight_bytes": build.weight_bytes(model), **counted, "predicted": to_plain(expected)}


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    ran = {row["name"]: row for row in rows if "ratio" in row.get("decode", {})}
    slower = [
        {"name": name, "where": where, "ratio": ran[name][where]["ratio"]["median"]}
        for where in ("decode", "prefill", "small")
        for name in ROUNDED
        if name in ran and compressed.loses(ran[name][where])
    ]
    steps = []
    if "int8" in ran:
        parts = ran["int8"]["predicted"]["parts_s"]
        samples = ran["int8"]["decode"]["other"]["samples"]
        steps = [{"measured_s": seconds, "parts_s": parts} for seconds in samples]
    return {"schemes": rows, "slower": slower, "steps": steps}
