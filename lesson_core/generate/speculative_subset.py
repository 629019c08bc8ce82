"""A draft model that knows only part of the vocabulary.

Most of a small model with a large vocabulary would be its embedding table. But a draft may miss a
token: the model checks everything, and what the draft cannot say is merely never proposed. So it
keeps the tokens that answers are mostly made of. Its place 0 stands for all others: it reads them,
and says them never.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesson_core.generate.speculative_draft import Draft, DraftModel

FILE = "vocabulary.safetensors"
OTHER = 0


class Subset:
    """`ids` [n] are the model's token ids of the draft's tokens; `ids[0]` is never proposed."""

    def __init__(self, ids: Tensor, vocab_size: int) -> None:
        self.ids, self.vocab_size = ids, vocab_size
        place = torch.full((vocab_size,), OTHER)
        place[ids[1:]] = torch.arange(1, len(ids))
        self.place = place  # [vocab_size] -> 0 … n - 1
        self._places, self._ids = place.tolist(), ids.tolist()

    def narrow(self, text: list[int]) -> list[int]:
        """A text of the model in the draft's ids."""
        return [self._places[token] for token in text]

    def widen(self, draft: Draft) -> Draft:
        """A draft in the model's ids, cut before the first token that has no id of its own."""
        known = next((i for i, t in enumerate(draft.tokens) if t == OTHER), len(draft.tokens))
        tokens = [self._ids[token] for token in draft.tokens[:known]]
        if draft.q is None or not tokens:
            return Draft(tokens)
        said = draft.q[:known, 1:]  # given that a token was proposed at all
        q = said.new_zeros(known, self.vocab_size)
        q[:, self.ids[1:]] = said / said.sum(dim=-1, keepdim=True)
        return Draft(tokens, q)

    def save(self, folder: Path) -> None:
        """Write it beside the draft's weights."""
        save_file({"ids": self.ids.to(torch.int32)}, folder / FILE)

    @classmethod
    def load(cls, folder: Path, vocab_size: int) -> "Subset":
        """Read what `save` wrote."""
        return cls(load_file(folder / FILE)["ids"].long(), vocab_size)


class SubsetDraft:
    """`DraftModel` in a vocabulary of its own."""

    def __init__(self, draft: DraftModel, subset: Subset) -> None:
        self._draft, self._subset = draft, subset

    def propose(self, text: list[int], count: int) -> Draft:
        return self._subset.widen(self._draft.propose(self._subset.narrow(text), count))
