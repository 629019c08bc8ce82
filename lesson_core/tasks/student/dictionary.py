"""The glosses as a small dictionary: for each Chinese piece its likeliest English ones.

A whole table of first vectors would be as large as a third of the student. These are kept
instead: with the teacher's own table they give the student as it was before its training, and
they can be read.
"""

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesson_core.tasks.student.alignment import ROUNDS, Links

KEPT = 8
FILE = "glosses.safetensors"


class Dictionary(NamedTuple):
    """English pieces [V, KEPT] by falling share, and the shares, 1 in all; 0 where none is left."""

    pieces: Tensor  # int16: the teacher has fewer than 2¹⁵
    shares: Tensor  # float32

    def vectors(self, known: Tensor, unknown: int) -> Tensor:
        """Σ share · known[piece], [V, d_model]; `known[unknown]` where a piece was never seen."""
        found = torch.einsum("vk,vkd->vd", self.shares, known[self.pieces.long()])
        seen = self.shares.sum(dim=1) > 0
        return torch.where(seen[:, None], found, known[unknown])

    def save(self, folder: Path) -> None:
        """Write the file, the shares in bf16."""
        file = folder / FILE
        save_file({"pieces": self.pieces, "shares": self.shares.to(torch.bfloat16)}, file)
        file.chmod(0o644)  # safetensors writes for the owner only

    @classmethod
    def load(cls, folder: Path) -> "Dictionary":
        """Read what `save` wrote."""
        read = load_file(folder / FILE)
        return cls(read["pieces"], read["shares"].float())


def likeliest(links: Links, kept: int = KEPT, rounds: int = ROUNDS) -> Dictionary:
    """The largest t(e|z) of each z, made to sum to 1 again."""
    chance = torch.from_numpy(links.translations(rounds)).float()
    z = torch.from_numpy(links.cells // links.columns)
    e = torch.from_numpy(links.cells % links.columns)
    order = torch.argsort(chance, descending=True, stable=True)
    order = order[torch.argsort(z[order], stable=True)]  # by piece, then by falling share
    z, e, chance = z[order], e[order], chance[order]
    first = torch.searchsorted(z, torch.arange(links.rows))  # where each piece begins
    place = torch.arange(len(z)) - first[z]
    few = place < kept
    pieces = torch.zeros(links.rows, kept, dtype=torch.int16)
    shares = torch.zeros(links.rows, kept)
    pieces[z[few], place[few]] = e[few].to(torch.int16)
    shares[z[few], place[few]] = chance[few]
    return Dictionary(pieces, shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-9))
