"""Job `sentence_pair`: two sentences of the learner's own, and how alike they are.

`result` {similarity, first: {tokens, cut}, second: {tokens, cut}, seconds}: the pieces that the
encoder reads ([UNK] for what it does not know), and how many were cut off at its limit. Raises
LabError("artefact_missing") where the encoder is not on this machine.
"""

from collections.abc import Iterator

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model.encoder import Encoder, pooled
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema.caching import SentencePair
from lesson_core.schema.events import Event
from lesson_core.tasks import sentence_encoder

SHOWN = 48  # pieces


def run(spec: SentencePair, lab: Lab) -> Iterator[Event]:
    """Read both, multiply their vectors."""
    yield setting.progress("load_model")
    sentences = sentence_encoder.load()
    yield setting.code(Encoder.forward, pooled, SentenceEncoder.encode)
    start = lab.clock()
    found = sentences.encode([spec.first, spec.second])
    seconds = lab.clock() - start
    first, second = (
        {"tokens": tokens[1:-1][:SHOWN], "cut": cut}
        for tokens, cut in zip(found.tokens, found.cut, strict=True)
    )
    similarity = float(found.vectors[0] @ found.vectors[1])
    detail = {"similarity": similarity, "first": first, "second": second, "seconds": seconds}
    yield Event(stage="result", detail=detail)
