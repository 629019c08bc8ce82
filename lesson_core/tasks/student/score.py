"""What the student can do with topics it was never told about, beside its teacher.

The topics are described in English and embedded by the teacher; the Chinese sentences by whoever
is asked. No sentence of SIB-200 is in the training.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import labelled_sets, zero_shot
from lesson_core.tasks.labelled_sets import Split
from lesson_core.tasks.public_topics import SIB_TOPICS
from lesson_core.tasks.translate.pairs import Pair
from lesson_core.theory.zero_shot import TEMPLATE


def topics(teacher: SentenceEncoder) -> Tensor:
    """The vectors of the seven topics, [7, d_model]."""
    described = [[TEMPLATE["en"].format(text) for text in texts] for texts in SIB_TOPICS.values()]
    return zero_shot.class_vectors(teacher, described)


def sib_accuracy(
    reader: SentenceEncoder, teacher: SentenceEncoder, data: Path, split: Split = "test"
) -> float:
    """The share of Chinese sentences whose topic is nearest."""
    given = labelled_sets.sib200(data, "zh", split)
    right = torch.tensor([list(SIB_TOPICS).index(one.label) for one in given])
    read = reader.encode([one.text for one in given]).vectors
    said = zero_shot.similarities(read, topics(teacher)).argmax(dim=1)
    return float((said == right).double().mean())


def likeness(reader: SentenceEncoder, teacher: SentenceEncoder, pairs: Sequence[Pair]) -> float:
    """The mean cosine of the student's Chinese and the teacher's English vectors."""
    ours = reader.encode([pair.chinese for pair in pairs]).vectors
    theirs = teacher.encode([pair.english for pair in pairs]).vectors
    return float((ours * theirs).sum(dim=1).mean())
