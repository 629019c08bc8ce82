"""Three readers of a Chinese sentence: the teacher, the student as it began, the student.

They share one space of meaning: the teacher's. A class described in English lies where the teacher
puts it; only who reads the sentence changes.
"""

from typing import NamedTuple

import torch
from tokenizers import Tokenizer

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import STUDENT
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import sentence_encoder
from lesson_core.tasks.student import start, tokens
from lesson_core.tasks.student.dictionary import Dictionary


class Readers(NamedTuple):
    """The teacher, its layers over a dictionary, and what the training made of them."""

    teacher: SentenceEncoder
    glosses: SentenceEncoder
    student: SentenceEncoder
    dictionary: Dictionary


def load() -> Readers:
    """All three from their checked files; LabError("artefact_missing") without the teacher."""
    teacher = sentence_encoder.load()
    folder = manifest.checked_folder(STUDENT)
    student, dictionary = SentenceEncoder.load(folder), Dictionary.load(folder)
    cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Readers(teacher, begun(teacher, dictionary, cut), student, dictionary)


@torch.no_grad()
def begun(teacher: SentenceEncoder, dictionary: Dictionary, cut: Tokenizer) -> SentenceEncoder:
    """The student before its training: the teacher's layers read Chinese word by word."""
    known = teacher.model.tokens.weight
    body = start.begin(teacher, dictionary.vectors(known, start.THEIRS[tokens.UNKNOWN]))
    return SentenceEncoder(body.requires_grad_(False).eval(), cut)


def glossed(readers: Readers, text: str, kept: int = 3) -> list[tuple[str, list[str]]]:
    """Each piece of a Chinese text, and the English pieces it began as, likeliest first."""
    cut, theirs = readers.glosses.tokenizer, readers.teacher.tokenizer
    found = []
    for i in cut.encode(text).ids[1:-1]:
        shares, pieces = readers.dictionary.shares[i], readers.dictionary.pieces[i]
        some = pieces[shares > 0][:kept].tolist()
        found.append((str(cut.id_to_token(i)), [str(theirs.id_to_token(e)) for e in some]))
    return found
