"""The language model's part of `zero_shot`: the label as the likeliest next words.

It reads the sentences of both languages in turn, topic after topic, until its time is up, so that
however many it reads, they are balanced. One prompt is also read the slow way, to compare.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.schema.events import Event
from lesson_core.tasks import label_likelihood as likelihood
from lesson_core.theory import shares, stats
from lesson_core.theory.labelled_sentences import Sentence, place, sentences, spread, topics

LANGUAGES = ("en", "zh")
ASKED = "en"  # question and labels; for Chinese sentences too: better on SIB-200's training part
RULES = ("sum", "prior")
ROUNDS = 3  # of the twins
Answers = dict[str, list[bool]]


def rows(
    loaded: Loaded, lab: Lab, sampled: int, seconds: float, told: dict[str, Any]
) -> Iterator[Event]:
    """Up to `sampled` sentences per language; fills `told` with {rows, twins}."""
    names = [topic.name for topic in topics(ASKED)]
    labels = likelihood.label_ids(loaded.tokenizer, names, ASKED)
    prior = _read(loaded, likelihood.NO_TEXT, labels)
    ordered = {lang: spread(sentences(lang))[:sampled] for lang in LANGUAGES}
    right: Answers = {f"{lang}.{rule}": [] for lang in LANGUAGES for rule in RULES}
    until = lab.clock() + seconds
    for done, (lang, one) in enumerate(_in_turn(ordered)):
        if lab.cancelled():
            return
        enough = done >= 2 * len(labels) and lang == LANGUAGES[0]  # both have had their turn
        if enough and lab.clock() > until:
            break
        totals = _read(loaded, one.text, labels)
        scores = {"sum": totals, "prior": likelihood.less_prior(totals, prior)}
        for rule, score in scores.items():
            right[f"{lang}.{rule}"].append(int(score.argmax()) == place(one))
        if done % 6 == 5:
            yield setting.progress("likelihood", done + 1, 2 * sampled)
            yield from (_row(key, hits) for key, hits in right.items())
    yield from (_row(key, hits) for key, hits in right.items())
    told["rows"] = {key: _counts(hits) for key, hits in right.items()}
    if not lab.cancelled():
        told["twins"] = _twins(loaded, lab, labels)


def _read(loaded: Loaded, text: str, labels: Sequence[Sequence[int]]) -> Tensor:
    ids, _ = likelihood.prompt(loaded.tokenizer, text, ASKED)
    return likelihood.shared(loaded.model, ids, labels)


def _in_turn(ordered: dict[str, list[Sentence]]) -> Iterator[tuple[str, Sentence]]:
    for pair in zip(*ordered.values(), strict=True):
        yield from zip(ordered, pair, strict=True)


def _counts(hits: list[bool]) -> dict[str, Any]:
    right, n = sum(hits), len(hits)
    low, high = shares.interval(right, n)
    return {"right": right, "n": n, "low": low, "high": high, "expected": None}


def _row(key: str, hits: list[bool]) -> Event:
    counts = _counts(hits) if hits else {"right": 0, "n": 0, "low": 0.0, "high": 1.0}
    return Event(stage="data", detail={"what": "row", "key": key, **counts})


def _twins(loaded: Loaded, lab: Lab, labels: Sequence[Sequence[int]]) -> dict[str, Any]:
    """One sentence both ways: every label whole, and the prompt read once for all of them."""
    text = next(itertools.islice((s.text for s in sentences("en")), 5, None))
    ids, _ = likelihood.prompt(loaded.tokenizer, text, ASKED)
    times: dict[str, list[float]] = {"whole": [], "shared": []}
    found = {}
    for name, way in ROUNDS * (("shared", likelihood.shared), ("whole", likelihood.whole)):
        if lab.cancelled() and all(times.values()):
            break
        start = lab.clock()
        found[name] = way(loaded.model, ids, labels)
        times[name].append(lab.clock() - start)
    later = len(labels) * (max(map(len, labels)) - 1)
    return {
        "labels": len(labels), "prompt": len(ids),
        "whole_tokens": sum(len(ids) + len(label) for label in labels),
        "shared_tokens": len(ids) + later,
        "whole_s": stats.median(times["whole"]), "shared_s": stats.median(times["shared"]),
        "rounds": ROUNDS,
        "difference": float(torch.max(torch.abs(found["whole"] - found["shared"]))),
    }  # fmt: skip
