"""Job `translation`: one sentence, word by word and by the bundled encoder–decoder.

- `progress` {what: "load_model"}, `code`.
- `data` {what: "source", pieces}: what the encoder reads; "" is the end of the sentence.
- `data` {what: "words", way: "vectors" | "dictionary", rows: [[word, what stands for it]], text}.
- `decode` step, text (a piece, ▁ stands for a space), detail {prob, looks: [pieces]}: greedy, one
  event per token as it is written; `looks` are shares of attention that sum to 1.
- `data` {what: "cache", round, of, with_s, without_s}: the same greedy answer with the KV cache and
  without it, in turns.
- `result` {text, source, tokens: [{piece, prob, looks}], candidates: [{text, log_prob, score}],
  greedy, seconds: {greedy, beam}, parameters, cache: {with_s: [..], without_s: [..], same, read,
  written, passes: [with, without], layers: [with, without]}, environment}: the beam search's best
  with its alignment map. `passes` are token-passes, `layers` the layers run, both counted.

Raises LabError("artefact_incomplete") where the model's files are not whole.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from lesson_core.artefacts import manifest
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.generate.beam import Answer, beam, greedy, greedy_without_cache, next_log_probs
from lesson_core.measure.environment import environment
from lesson_core.model.attending import Attention, Shape
from lesson_core.model.encoder_decoder import DecoderLayer, EncoderDecoder, EncoderLayer
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.translation import Translation
from lesson_core.tasks.translate import translator
from lesson_core.tasks.translate.subwords import joined
from lesson_core.tasks.translate.translator import FOLDER, Translator
from lesson_core.tasks.translate.word_by_word import Lexicon

WAYS = ("vectors", "dictionary")
ROUNDS, LONGEST_S = 5, 4.0  # of the twins; seconds after which no further turn begins


def run(spec: Translation, lab: Lab) -> Iterator[Event]:
    """The two dictionaries, then the model: first greedy, token by token, then with beams."""
    yield setting.progress("load_model")
    folder = manifest.checked_folder(FOLDER)
    made = Translator.load(folder)
    yield setting.code(
        EncoderDecoder.read, EncoderDecoder.write, EncoderLayer.forward, DecoderLayer.forward,
        Attention.forward, next_log_probs, greedy_without_cache, beam, Lexicon.translate,
    )  # fmt: skip
    pieces = made.subwords.pieces(made.read(spec.text, spec.target))
    yield Event(stage="data", detail={"what": "source", "pieces": pieces})
    for way in WAYS:
        yield looked_up(folder, way, spec)
    written: list[str] = []
    zero, last = lab.clock(), 0.0
    for step, token in enumerate(made.stream(spec.text, spec.target)):
        now = lab.clock() - zero
        detail = {"prob": token.prob, "looks": token.looks}
        yield Event(
            stage="decode", start_s=last, end_s=now, step=step, text=token.piece, detail=detail
        )
        written.append(token.piece)
        last = now
        if lab.cancelled():
            return
    start = lab.clock()
    found = made.translate(spec.text, spec.target, spec.beams)
    seconds = {"greedy": last, "beam": lab.clock() - start}
    cache: dict[str, Any] = {}
    yield from twins(made, spec, lab, cache)
    if lab.cancelled():
        return
    yield Event(stage="result", detail={
        **translator.plain(found), "greedy": joined(written, spec.target), "seconds": seconds,
        "parameters": sum(weight.numel() for weight in made.model.parameters()), "cache": cache,
        "environment": to_plain(environment("cpu", "fp32", torch.get_num_threads())),
    })  # fmt: skip


def twins(made: Translator, spec: Translation, lab: Lab, cache: dict[str, Any]) -> Iterator[Event]:
    """With the cache and without it, in turns; a long answer has fewer of them. Fills `cache`."""
    ids = made.read(spec.text, spec.target)
    source, ends = torch.tensor([ids]), made.ends(spec.target, len(ids))
    ways: dict[str, Callable[..., list[Answer]]] = {
        "with_s": greedy, "without_s": greedy_without_cache,
    }  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    answers: list[Answer] = []
    begun = lab.clock()
    for turn in range(1, ROUNDS + 1):
        for name, write in ways.items():
            if lab.cancelled():
                return
            start = lab.clock()
            answers += write(made.model, source, ends)
            seconds[name].append(lab.clock() - start)
        last = {name: values[-1] for name, values in seconds.items()}
        yield Event(stage="data", detail={"what": "cache", "round": turn, "of": ROUNDS, **last})
        if lab.clock() - begun > LONGEST_S:
            break
    steps = len(answers[0].ids) + answers[0].ended
    cache |= seconds | counted(made.model.shape, len(ids), steps)
    cache["same"] = all(one.ids == answers[0].ids for one in answers)


def counted(shape: Shape, read: int, written: int) -> dict[str, Any]:
    """Token-passes and layers run, with the cache and without it, for so many tokens."""
    encoder, decoder = shape.encoder_layers, shape.decoder_layers
    again = sum(read + step for step in range(1, written + 1))
    return {
        "read": read, "written": written, "passes": [read + written, again],
        "layers": [encoder + written * decoder, written * (encoder + decoder)],
    }  # fmt: skip


def looked_up(folder: Path, way: str, spec: Translation) -> Event:
    """The sentence by one of the dictionaries."""
    lexicon = Lexicon.load(folder / f"{way}.json")
    rows = [list(row) for row in lexicon.translate(spec.text, spec.target)]
    text = lexicon.text(spec.text, spec.target)
    return Event(stage="data", detail={"what": "words", "way": way, "rows": rows, "text": text})
