"""Job `rung_samples`: every rung of the ladder continues the same beginning.

Events: `progress` {what: "load_model"}, `code`, `data` {what: "text", name, n, text, nats}: the
continuation, and the nats per token that the beginning itself costs this rung (None for a single
token); `result` {texts: the same, tokens}. Raises LabError("prompt_too_long") where the beginning
leaves no room.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lesson_core.artefacts import home, ladder
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.experiments.why_parameters import load
from lesson_core.generate.sample import filtered_probs
from lesson_core.schema.events import Event
from lesson_core.schema.parameters import RungSamples
from lesson_core.schema.specs import Sampling
from lesson_core.tasks.bilingual.samples import complete
from lesson_core.tasks.ladder.held_out import LONGEST, told
from lesson_core.tasks.ladder.rungs import named
from lesson_core.text.tokenizer import Tokenizer


def run(spec: RungSamples, lab: Lab) -> Iterator[Event]:
    """The smallest first, one text at a time."""
    yield setting.progress("load_model")
    tokenizer = shared_tokenizer()
    ids = tokenizer.encode(spec.prompt)
    limit = LONGEST - spec.new_tokens
    if len(ids) > limit:
        raise LabError("prompt_too_long", tokens=len(ids), limit=limit)
    yield setting.code(filtered_probs)
    sampling = Sampling(temperature=spec.temperature, top_p=0.9, seed=spec.seed)
    texts: list[dict[str, Any]] = []
    for name in ladder.rungs():
        if lab.cancelled():
            return
        model = load(name)
        ((nats, _),) = told(model, [np.array(ids)])
        written = complete(model, tokenizer, spec.prompt, sampling, spec.new_tokens)
        texts.append({
            "name": name, "n": named(name).params, "text": written,
            "nats": float(nats.mean()) if len(nats) else None,
        })  # fmt: skip
        yield Event(stage="data", detail={"what": "text", **texts[-1]})
    yield Event(stage="result", detail={"texts": texts, "tokens": len(ids)})


def shared_tokenizer() -> Tokenizer:
    """The tokenizer of all rungs, which is that of the smallest."""
    return Tokenizer.load(home.folder_of(ladder.rungs()[0]))
