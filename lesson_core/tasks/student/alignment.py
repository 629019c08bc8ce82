"""Which English piece does a Chinese piece stand for? Counted from sentence pairs alone.

Every English piece of a pair was caused by one Chinese piece of it, each equally likely at first.
Whoever explains a piece in many pairs gets a larger share of it in the next round (EM):

    share(e from z) = t(e|z) / Σ over z' of the pair t(e|z')
    t(e|z)          = sum of the shares(e from z) / sum over all e

A Chinese piece then begins with the mean of the vectors of the English pieces it stands for: a
gloss, word by word, in the space that the teacher's layers already read.
Source: IBM model 1, Brown et al. 1993; new vocabulary for a trained body, Artetxe et al. 2020,
arXiv:1910.11856.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Ids = Sequence[Sequence[int]]
Ints = npt.NDArray[np.int64]
ROUNDS = 8


class Links:
    """Every (pair, z, e) that stands together; sums over equal (z, e) and equal (pair, e)."""

    def __init__(self, chinese: Ids, english: Ids, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        z, e, place = [], [], []
        position = 0
        for ours, theirs in zip(chinese, english, strict=True):
            z.append(np.repeat(np.array(ours, np.int64), len(theirs)))
            e.append(np.tile(np.array(theirs, np.int64), len(ours)))
            place.append(np.tile(np.arange(position, position + len(theirs)), len(ours)))
            position += len(theirs)
        self.place = np.concatenate(place)  # which English piece of which pair
        cells: Ints = np.concatenate(z) * columns + np.concatenate(e)
        self.cells, self.which = np.unique(cells, return_inverse=True)

    def translations(self, rounds: int = ROUNDS) -> npt.NDArray[np.float64]:
        """t(e|z) of every cell (z, e) in `self.cells`."""
        z = self.cells // self.columns
        chance = np.ones(len(self.cells))
        for _ in range(rounds):
            link = chance[self.which]
            share = link / np.bincount(self.place, link)[self.place]
            counted = np.bincount(self.which, share)
            chance = counted / np.bincount(z, counted)[z]
        return chance


def glosses(links: Links, table: Tensor, rounds: int = ROUNDS) -> tuple[Tensor, Tensor]:
    """Σ_e t(e|z) · table[e] for each z [rows, d_model], and whether z was seen at all [rows]."""
    chance = torch.from_numpy(links.translations(rounds)).float()
    z, e = (
        torch.from_numpy(links.cells // links.columns),
        torch.from_numpy(links.cells % links.columns),
    )
    found = torch.zeros(links.rows, table.shape[1])
    found.index_add_(0, z, chance[:, None] * table[e])
    seen = torch.zeros(links.rows, dtype=torch.bool)
    seen[z] = True
    return found, seen
