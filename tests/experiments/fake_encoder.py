"""A stand-in for the sentence encoder: it knows our own sentences of one language by heart."""

import torch

from lesson_core.model.sentences import Encoded
from lesson_core.theory.labelled_sentences import place, sentences, topics


class FakeEncoder:
    """One direction per topic; what it does not know lies in a direction of its own."""

    def __init__(self, language: str) -> None:
        self.place: dict[str, int] = {}
        for lang in ("en", "zh"):
            for i, topic in enumerate(topics(lang)):
                for text in (topic.name, *topic.descriptions):
                    self.place[text] = i
        self.place |= {sentence.text: place(sentence) for sentence in sentences(language)}

    def encode(self, texts) -> Encoded:
        """Half of the pieces of every text are [UNK]."""
        rows = []
        for text in texts:
            found = [i for known, i in self.place.items() if known in text]
            one = torch.zeros(13)
            one[self.place.get(text, found[0] if found else 12)] = 1.0
            rows.append(one)
        tokens = [["[CLS]", "[UNK]", "a", "[SEP]"] for _ in texts]
        return Encoded(torch.stack(rows), tokens, [0] * len(rows))
