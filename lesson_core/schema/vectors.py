"""The specs of the word-vector lesson: a text as 100 numbers, and a text to learn from."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range

Policy = Literal["skip", "zero", "refuse"]
"""What an unknown word does: it is left out, it counts as zeros, or there is no vector at all."""

Learner = Literal["word2vec", "fasttext"]
Corpus = Literal["own", "en", "zh"]
"""What vectors are learnt from: a text of the learner's, or the course itself in a language."""

MOST_CHARS, MOST_TRAINING_CHARS, MOST_WORDS, LONGEST_WORD = 5_000, 200_000, 40, 60


@dataclass(frozen=True, kw_only=True)
class WordVectors:
    """Job `word_vectors`: two texts as vectors; a word's neighbours, an analogy and a map.

    `analogy` asks: the first is to the second as the third is to …?
    """

    text: str
    other: str
    policy: Policy = "skip"
    word: str = "speed"
    analogy: tuple[str, ...] = ("man", "woman", "king")
    mapped: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.text, self.other):
            if len(text) > MOST_CHARS:
                raise LabError("vectors_long", chars=len(text), limit=MOST_CHARS)
        if len(self.analogy) != 3 or not all(word.strip() for word in self.analogy):
            raise LabError("vectors_analogy", n=sum(bool(w.strip()) for w in self.analogy))
        if len(self.mapped) > MOST_WORDS:
            raise LabError("vectors_many_words", n=len(self.mapped), limit=MOST_WORDS)
        for word in (self.word, *self.analogy, *self.mapped):
            if len(word) > LONGEST_WORD:
                raise LabError("vectors_long_word", start=word[:12], limit=LONGEST_WORD)


@dataclass(frozen=True, kw_only=True)
class TrainVectors:
    """Job `train_vectors`: Word2Vec or FastText from nothing; `text` is read if it is one's own."""

    text: str = ""
    corpus: Corpus = "own"
    learner: Learner = "word2vec"
    epochs: int = 20
    seed: int = 1
    word: str = ""

    def __post_init__(self) -> None:
        if self.corpus == "own" and not self.text.strip():
            raise LabError("vectors_no_text")
        if len(self.text) > MOST_TRAINING_CHARS:
            raise LabError("vectors_long", chars=len(self.text), limit=MOST_TRAINING_CHARS)
        if len(self.word.strip()) > LONGEST_WORD:
            raise LabError("vectors_long_word", start=self.word[:12], limit=LONGEST_WORD)
        check_range("epochs", self.epochs, 1, 200)
        check_range("seed", self.seed, 0, 1_000_000)
