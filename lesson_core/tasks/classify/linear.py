"""Linear classifiers: logistic regression over three ways of turning a text into numbers.

- Words: how often each word and pair of neighbours occurs. Order is lost, unknown words too.
- Vectors: the mean of the words' GloVe vectors, 100 numbers.
- Sentences: a sentence encoder, trained on other texts, 384 numbers.

The right shapes: features [N, d] times weights [d, C] give one score per text and class, [N, C];
softmax and argmax go over the classes, the last axis.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema import han

ROUNDS = 300
HAN_OR_WORD = rf"(?u)[{han.RANGE}]|[^\W{han.RANGE}]+"  # a Chinese character is a word of its own


class Linear:
    """Logistic regression over features of a text; `features` [N, d], dense or sparse."""

    def __init__(self, features: Callable[[Sequence[str]], Any], fixed_bytes: int = 0) -> None:
        self.features, self.fixed_bytes = features, fixed_bytes
        self.head = LogisticRegression(max_iter=ROUNDS)

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Fit the weights [d, C]."""
        self.head.fit(self.features(texts), np.asarray(labels))

    def shares(self, texts: Sequence[str]) -> Tensor:
        """Softmax of features · weights: [N, C]."""
        return torch.from_numpy(self.head.predict_proba(self.features(texts)))

    def bytes(self) -> int:
        """The weights, and what the features need."""
        return int(self.head.coef_.nbytes + self.head.intercept_.nbytes) + self.fixed_bytes


class Words(Linear):
    """Bag of words and neighbouring pairs."""

    def __init__(self) -> None:
        self.counter = CountVectorizer(
            token_pattern=HAN_OR_WORD, ngram_range=(1, 2), binary=True, dtype=np.float32
        )
        super().__init__(self.counter.transform)

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """The vocabulary is that of these texts."""
        self.counter.fit(texts)
        self.fixed_bytes = sum(len(word.encode()) + 4 for word in self.counter.vocabulary_)
        super().fit(texts, labels)


def of_vectors(vector: Callable[[str], Any], table_bytes: int) -> Linear:
    """Over the mean word vector of a text; `vector` gives one [d]."""
    return Linear(lambda texts: np.stack([vector(text) for text in texts]), table_bytes)


def of_sentences(encoder: SentenceEncoder) -> Linear:
    """Over sentence embeddings, scaled so that each number is about 1."""

    def features(texts: Sequence[str]) -> Any:
        vectors = encoder.encode(texts).vectors
        return (vectors * vectors.shape[1] ** 0.5).numpy()

    size = sum(weight.numel() * weight.element_size() for weight in encoder.model.parameters())
    return Linear(features, size)
