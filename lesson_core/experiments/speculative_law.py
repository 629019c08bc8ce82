"""Job `speculative_law`: does speculation say what the model would have said, in law?

Thousands of short answers are sampled by speculation on the small bundled model (its last layer
left out for drafting), once by the exact rule and once by a wrong one that draws from p after a
rejection. Both are compared with the model's own law, written down exactly.

- `progress` {what: "load_model"}; `code`.
- `data` {what: "law", rule: "right" | "wrong", draws, cells, statistic, p_value} as draws grow;
  cells and p_value None while too few draws make no test.
- `result` {right, wrong: the last of each, prompt, tokens, temperature, top_k}.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import speculative_law
from lesson_core.generate.speculative_accept import Resample, accept, residual, target_again
from lesson_core.generate.speculative_draft import Drafter, EarlyExit
from lesson_core.model.cache import KVCache
from lesson_core.schema.events import Event
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import Sampling, SpeculationLaw
from lesson_core.theory import chi_square

RULES: dict[str, Resample] = {"right": residual, "wrong": target_again}
PROMPT, TOKENS, TOP_K = "The old", 3, 8
EVERY = 100  # draws between two looks


def run(spec: SpeculationLaw, lab: Lab) -> Iterator[Event]:
    """Both rules in turn, a look every hundred draws."""
    yield setting.progress("load_model")
    # Steps of a small model are too short to be shared between threads.
    loaded = lab.model(Recipe(model=FALLBACK, device="cpu", precision="fp32", threads=1))
    yield setting.code(accept, residual, target_again, speculative_law.exact, chi_square.fit)
    ids = loaded.tokenizer.encode(PROMPT)
    sampling = Sampling(temperature=1.0, top_k=TOP_K, seed=spec.seed)
    law = speculative_law.exact(loaded.model, ids, TOKENS, sampling)
    last: dict[str, Any] = {}
    for rule, resample in RULES.items():
        paths = _paths(loaded, ids, sampling, resample)
        counts: Counter[speculative_law.Path] = Counter()
        for done in range(0, spec.draws, EVERY):
            if lab.cancelled():
                return
            counts.update(islice(paths, min(EVERY, spec.draws - done)))
            last[rule] = _look(rule, counts, law)
            yield Event(stage="data", detail={"what": "law", **last[rule]})
    told = {"prompt": PROMPT, "tokens": TOKENS, "top_k": TOP_K, "temperature": 1.0}
    yield Event(stage="result", detail={**last, **told})


def _paths(
    loaded: Loaded, ids: list[int], sampling: Sampling, resample: Resample
) -> Iterator[speculative_law.Path]:
    def drafter(cache: KVCache, sampling: Sampling) -> Drafter:
        return EarlyExit(loaded.model, cache, 1, sampling)

    return speculative_law.drawn(
        loaded.model, ids, TOKENS, sampling, drafter=drafter, resample=resample
    )


def _look(
    rule: str, counts: Counter[speculative_law.Path], law: dict[speculative_law.Path, float]
) -> dict[str, Any]:
    draws = sum(counts.values())
    try:
        found = speculative_law.fit(counts, law)
    except LabError:  # too few draws for a test
        return {"rule": rule, "draws": draws, "cells": None, "statistic": None, "p_value": None}
    return {
        "rule": rule,
        "draws": draws,
        "cells": found.cells,
        "statistic": found.statistic,
        "p_value": found.p_value,
    }
