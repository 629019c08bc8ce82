"""Word2Vec and FastText, trained by gensim on a text of the learner's own, epoch by epoch.

Word2Vec (skip-gram) learns to tell a word's neighbours from random words; FastText does it with
the pieces of a word, so it has a vector for any spelling. One thread and a seed: the same text
gives the same vectors. Sources: Mikolov et al. 2013, arXiv:1310.4546; Bojanowski et al. 2017,
arXiv:1607.04606.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from gensim.models import FastText, Word2Vec

from lesson_core.errors import LabError
from lesson_core.learn.course.text import course
from lesson_core.schema import han
from lesson_core.schema.vectors import Learner, TrainVectors
from lesson_core.tasks.vectors import WIDTH

UNIT = re.compile(rf"[{han.RANGE}]|[^\W_{han.RANGE}]+")
LEAST = 20  # different words; below there is no company to learn from
FIRST_RATE, LAST_RATE = 0.025, 0.0001
KINDS: dict[Learner, Any] = {"word2vec": Word2Vec, "fasttext": FastText}

Model = Any  # gensim brings no types


def corpus(text: str) -> list[list[str]]:
    """Lines of lower-case words; Chinese, which has no spaces, character by character."""
    plain = unicodedata.normalize("NFKC", text).lower()
    lines = [UNIT.findall(line) for line in re.split(r"[\n.!?。！？]+", plain)]
    return [line for line in lines if line]


def text_of(spec: TrainVectors) -> str:
    """What is learnt from: the learner's text, or the course in one language."""
    return spec.text if spec.corpus == "own" else course(spec.corpus)


def train(spec: TrainVectors) -> Iterator[Model]:
    """The same model after each epoch. LabError("vectors_few_words") for too small a text."""
    lines = corpus(text_of(spec))
    words = {word for line in lines for word in line}
    if len(words) < LEAST:
        raise LabError("vectors_few_words", n=len(words), least=LEAST)
    model: Model = KINDS[spec.learner](
        vector_size=WIDTH, window=5, min_count=1, sg=1, negative=5, workers=1, seed=spec.seed,
        **({"bucket": 20_000} if spec.learner == "fasttext" else {}),
    )  # fmt: skip
    model.build_vocab(lines)
    step = (FIRST_RATE - LAST_RATE) / spec.epochs
    for epoch in range(spec.epochs):
        rate = FIRST_RATE - step * epoch
        model.train(lines, total_examples=len(lines), epochs=1, start_alpha=rate,
                    end_alpha=rate - step)  # fmt: skip
        yield model
