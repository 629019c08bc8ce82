"""Prototypes: a class is the mean of its examples, a text belongs to the nearest mean.

Nothing is trained in an episode. With vectors of length 1 the nearest mean by squared distance is
not quite the one by cosine: |x − c|² = 1 − 2 x·c + |c|², so a class whose examples disagree has
a short mean and draws far texts in. Snell et al. choose the distance, and so do we.
Source: Snell et al. 2017, arXiv:1703.05175.
"""

import torch
from torch import Tensor

from lesson_core.tasks.few_shot.episodes import Episode


def means(support: Tensor, labels: Tensor, ways: int) -> Tensor:
    """The mean of each class's examples: [N·K, d_model] to [N, d_model]."""
    member = torch.nn.functional.one_hot(labels, ways).to(support.dtype)  # [N·K, N]
    return (member.T @ support) / member.sum(dim=0)[:, None]


def scores(query: Tensor, prototypes: Tensor) -> Tensor:
    """Minus the squared distances [Q, N]; their softmax is the paper's p(class | text)."""
    return -((query[:, None] - prototypes[None]) ** 2).sum(dim=-1)


def say(episode: Episode) -> Tensor:
    """The class said for each query, [N·Q]."""
    found = means(episode.support, episode.labels, len(episode.classes))
    return scores(episode.query, found).argmax(dim=1)
