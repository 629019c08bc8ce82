"""A language model asked for the label: nothing is learned from the examples at all.

The score is log p(label | text) − log p(label | no text) per class (`tasks.label_likelihood`),
and the shares are its softmax. The model's own distribution, not a calibrated one.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lesson_core.model.transformer import Transformer
from lesson_core.tasks import label_likelihood
from lesson_core.text.tokenizer import Tokenizer


class ByLikelihood:
    """Labels as the next words after a text."""

    def __init__(
        self, model: Transformer, tokenizer: Tokenizer, names: Sequence[str], lang: str = "en"
    ) -> None:
        self.model, self.tokenizer, self.lang = model, tokenizer, lang
        self.labels = label_likelihood.label_ids(tokenizer, names, lang)
        self.prior = self.totals(label_likelihood.NO_TEXT)

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Nothing to learn."""

    def totals(self, text: str) -> Tensor:
        """log p(label | text) of every label, [C]."""
        ids, _ = label_likelihood.prompt(self.tokenizer, text, self.lang)
        room = self.model.config.max_seq_len - max(map(len, self.labels))
        return label_likelihood.shared(self.model, ids[-room:], self.labels)  # the end, if too long

    def shares(self, texts: Sequence[str]) -> Tensor:
        """Softmax of the scores: [N, C]."""
        rows = [label_likelihood.less_prior(self.totals(text), self.prior) for text in texts]
        return torch.stack(rows).softmax(dim=-1)

    def bytes(self) -> int:
        """The weights of the model."""
        return sum(weight.numel() * weight.element_size() for weight in self.model.parameters())
