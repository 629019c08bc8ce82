"""Job `translation`: one sentence, word by word and by the bundled encoder–decoder.

- `progress` {what: "load_model"}, `code`.
- `data` {what: "source", pieces}: what the encoder reads; "" is the end of the sentence.
- `data` {what: "words", way: "vectors" | "dictionary", rows: [[word, what stands for it]], text}.
- `decode` step, text (a piece, ▁ stands for a space), detail {prob, looks: [pieces]}: greedy, one
  event per token as it is written; `looks` are shares of attention that sum to 1.
- `result` {text, source, tokens: [{piece, prob, looks}], candidates: [{text, log_prob, score}],
  greedy, seconds: {greedy, beam}, parameters}: the beam search's best with its alignment map.

Raises LabError("artefact_incomplete") where the model's files are not whole.
"""

from collections.abc import Iterator
from pathlib import Path

from lesson_core.artefacts import manifest
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.generate.beam import beam, next_log_probs
from lesson_core.model.attending import Attention
from lesson_core.model.encoder_decoder import DecoderLayer, EncoderDecoder, EncoderLayer
from lesson_core.schema.events import Event
from lesson_core.schema.translation import Translation
from lesson_core.tasks.translate import translator
from lesson_core.tasks.translate.subwords import joined
from lesson_core.tasks.translate.translator import FOLDER, Translator
from lesson_core.tasks.translate.word_by_word import Lexicon

WAYS = ("vectors", "dictionary")


def run(spec: Translation, lab: Lab) -> Iterator[Event]:
    """The two dictionaries, then the model: first greedy, token by token, then with beams."""
    yield setting.progress("load_model")
    folder = manifest.checked_folder(FOLDER)
    made = Translator.load(folder)
    yield setting.code(
        EncoderDecoder.read, EncoderDecoder.write, EncoderLayer.forward, DecoderLayer.forward,
        Attention.forward, next_log_probs, beam, Lexicon.translate,
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
    yield Event(stage="result", detail={
        **translator.plain(found), "greedy": joined(written, spec.target), "seconds": seconds,
        "parameters": sum(weight.numel() for weight in made.model.parameters()),
    })  # fmt: skip


def looked_up(folder: Path, way: str, spec: Translation) -> Event:
    """The sentence by one of the dictionaries."""
    lexicon = Lexicon.load(folder / f"{way}.json")
    rows = [list(row) for row in lexicon.translate(spec.text, spec.target)]
    text = lexicon.text(spec.text, spec.target)
    return Event(stage="data", detail={"what": "words", "way": way, "rows": rows, "text": text})
