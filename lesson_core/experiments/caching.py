"""Job `caching`: one log of requests, three caches: counted over all of it, timed over its start.

Events in order:

- `progress` {what: "load_model" | "measure_bound"}, `code` as in token_clock.
- `data` {what: "counted", texts, questions, requests, rooms, curves: {policy: hit rates}, hit,
  expected (Che), expected_cold (the same from an empty cache), stay, expected_at: chance of a hit
  at request 0, 1, …, inside, prefix_share: tokens of the log that a prefix cache would know}.
- `data` {what: "expected", none, prefix, exact}: predicted seconds, summed up to each request.
- `data` {what: "served", i, text, seconds: {cache: seconds alone}, hits: {cache: bool}, wrong,
  known, tokens, same} per request.
- `progress` {what: "embed_pairs"}, `data` {what: "pairs", similarities: {lang: […]}, unknown,
  twins} where the encoder is here.
- `result` {…counted, texts, questions, requests, served, rows: [{name, hit, served_hit, per_hit_s,
  saved_s, bytes, wrong}], totals: {cache: seconds}, expected_totals, semantic: {…} | None, pairs:
  {…} | None, same: [bool], delta, environment}.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import caching_counts, expectation, setting
from lesson_core.experiments.caching_served import CACHES, Desk, Served, prompt
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.schema.caching import Caching
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.serve import counting, eviction
from lesson_core.serve.caches import BLOCK, PrefixKV, SemanticCache, prefill_the_rest
from lesson_core.serve.request_log import pool
from lesson_core.tasks import sentence_encoder
from lesson_core.theory import operators, roofline, stats

SHOWN = (
    prefill_the_rest, PrefixKV.read, SemanticCache.get, eviction.Plain.put, eviction.Lru.put,
    prefill, decode_one_token,
)  # fmt: skip


def run(spec: Caching, lab: Lab) -> Iterator[Event]:
    """Count the whole log, predict its start, then serve that start for real."""
    yield setting.progress("load_model")
    loaded, sentences = lab.model(spec.recipe), sentence_encoder.if_here()
    yield setting.code(*SHOWN)
    asked = pool(spec.lang)
    log = asked.draw(spec.requests, spec.skew, spec.seed)
    prompts = [prompt(loaded.tokenizer, asked, text) for text in asked.texts]
    _check_room(spec, loaded, prompts)
    known = counting.prefixes([prompts[text] for text in log], spec.blocks, BLOCK)
    counted = {
        "texts": len(asked.texts),
        "questions": asked.questions,
        "requests": len(log),
        "prefix_share": sum(known) / sum(len(prompts[text]) for text in log),
        "prefix_hit": sum(tokens > 0 for tokens in known) / len(known),
        **caching_counts.hit_rates(spec, asked, log),
    }
    yield Event(stage="data", detail={"what": "counted", **counted})
    card = expectation.known_card(spec.card, loaded)
    if card is None:
        yield setting.progress("measure_bound")
        card = expectation.take_card(loaded, max(map(len, prompts)) + spec.new_tokens, lab.clock)
    start = log[: spec.served]
    expected = _expected(
        spec, loaded, card, [len(prompts[text]) for text in start], known, counted["expected_at"]
    )
    yield Event(stage="data", detail={"what": "expected", **expected})
    desk, served = Desk(spec, asked, loaded, lab, sentences), list[Served]()
    for i, one in enumerate(desk.serve(start)):
        if lab.cancelled():
            return
        served.append(one)
        tokens = len(prompts[start[i]])
        yield _told(i, asked.texts[start[i]].text, one, tokens)
    semantic = labelled = None
    if sentences is not None:
        yield setting.progress("embed_pairs")
        semantic = caching_counts.semantic(spec, asked, log, sentences)
        labelled = caching_counts.labelled(sentences)
    rows = _rows(desk, served, prompts, counted, semantic)
    totals = {name: sum(one.seconds()[name] for one in served) for name in CACHES}
    detail = {
        **counted, "served": len(served), "rows": rows, "totals": totals,
        "expected_totals": {name: times[-1] for name, times in expected.items()},
        "semantic": semantic, "pairs": labelled, "same": [one.same for one in served],
        "delta": max(one.delta for one in served), "environment": to_plain(loaded.environment),
    }  # fmt: skip
    yield Event(stage="result", detail=detail)


def _check_room(spec: Caching, loaded: Loaded, prompts: Sequence[list[int]]) -> None:
    longest, limit = max(map(len, prompts)), loaded.config.max_seq_len
    if longest + spec.new_tokens > limit:
        raise LabError("answer_too_long", tokens=longest, new_tokens=spec.new_tokens, limit=limit)


def _expected(
    spec: Caching,
    loaded: Loaded,
    card: Any,
    lengths: Sequence[int],
    known: Sequence[int],
    hit_at: Sequence[float],
) -> dict[str, list[float]]:
    """Seconds up to each request: without a cache, with known prefixes, with hits by Che's law."""
    config, scheme = loaded.config, loaded.scheme
    size = roofline.working_set(config, max(lengths) + spec.new_tokens, scheme=scheme)
    rates = roofline.rates_of(card, loaded.dtype_name, size)

    def seconds(new: int, context: int) -> float:
        cost = operators.step(config, new, context, scheme=scheme)
        return roofline.time_of(cost.operators(), rates).total_s

    sums = {"none": 0.0, "prefix": 0.0, "exact": 0.0}
    lines: dict[str, list[float]] = {name: [] for name in sums}
    for length, found, hit in zip(lengths, known, hit_at, strict=False):
        decode = sum(seconds(1, length + step) for step in range(1, spec.new_tokens))
        whole = seconds(length, length) + decode
        sums["none"] += whole
        sums["prefix"] += seconds(length - found, length) + decode
        sums["exact"] += (1 - hit) * whole
        for name, total in sums.items():
            lines[name].append(total)
    return lines


def _told(i: int, text: str, one: Served, tokens: int) -> Event:
    detail = {
        "what": "served", "i": i, "text": text, "seconds": one.seconds(), "hits": one.hits,
        "wrong": one.wrong, "known": one.known, "tokens": tokens, "same": one.same,
    }  # fmt: skip
    return Event(stage="data", detail=detail)


def _rows(
    desk: Desk,
    served: Sequence[Served],
    prompts: Sequence[list[int]],
    counted: dict[str, Any],
    semantic: dict[str, Any] | None,
) -> list[dict[str, Any]]:
    """One row per cache: how often, what a hit saves, what it keeps, how often it is wrong."""
    asked, answer = desk.pool.texts, len(served[0].answer.encode())
    written = [len(text.text.encode()) for text in asked]
    inside = counted["inside"]
    whole = [one.seconds()["none"] for one in served]
    embed = stats.median([one.embed_s for one in served])
    known = [one.full_s - one.rest_s for one in served if one.known] or [0.0]
    rows = {
        "input": (
            counted["hit"], stats.median([one.text_s for one in served]),
            sum(4 * len(prompts[text]) + written[text] for text in inside), 0.0,
        ),
        "prefix": (counted["prefix_hit"], stats.median(known), desk.prefixes.nbytes, 0.0),
        "exact": (
            counted["hit"], stats.median(whole), sum(written[t] + answer for t in inside), 0.0,
        ),
    }  # fmt: skip
    if semantic is not None:
        each = semantic["vector_bytes"] + answer
        size = sum(written[text] + each for text in semantic["inside"])
        rows["semantic"] = (
            semantic["hit"], stats.median(whole) - embed, size, semantic["wrong"],
        )  # fmt: skip
    return [_row(name, served, *row) for name, row in rows.items()]


def _row(
    name: str, served: Sequence[Served], hit: float, per_hit_s: float, size: int, wrong: float
) -> dict[str, Any]:
    seconds = [one.seconds() for one in served]
    return {
        "name": name,
        "hit": hit,
        "served_hit": sum(one.hits[name] for one in served) / len(served),
        "per_hit_s": per_hit_s,
        "saved_s": sum(one["none"] - one[name] for one in seconds),
        "bytes": size,
        "wrong": wrong,
    }
