"""From scores to answers: the nearest class, by how much, and how sure that sounds.

`TEMPERATURE` turns cosines into shares, as CLIP does with 100 · cosine. It is the value that makes
the shares of the right topics likeliest on the English training sentences of SIB-200; neither the
lab's own sentences nor any test set had a say. A test finds it again.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from lesson_core.theory.labelled_sentences import Topic

Wording = Literal["name", "described"]
TEMPERATURE = 0.04
TEMPLATE = {"en": "This sentence is about {}.", "zh": "这句话说的是{}。"}


class Answer(NamedTuple):
    """The nearest class, the next one, how far it is behind, and the share of the first."""

    best: int
    second: int
    margin: float
    share: float


def lines(topic: Topic, lang: str, wording: Wording) -> tuple[str, ...]:
    """What the encoder reads for a class: its bare name, or a sentence per description."""
    if wording == "name":
        return (topic.name,)
    return tuple(TEMPLATE[lang].format(text) for text in topic.descriptions)


def answer(scores: Sequence[float], temperature: float = TEMPERATURE) -> Answer:
    """Of scores per class, at least two, the larger the nearer; ties go to the first."""
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    first, second = order[:2]
    share = shares(scores, temperature)[first]
    return Answer(first, second, scores[first] - scores[second], share)


def shares(scores: Sequence[float], temperature: float = TEMPERATURE) -> list[float]:
    """softmax(scores / temperature): positive, and 1 in all."""
    top = max(scores)
    weights = [math.exp((score - top) / temperature) for score in scores]
    return [weight / sum(weights) for weight in weights]
