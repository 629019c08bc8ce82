"""All methods on the same episodes: accuracy with its interval over episodes.

Meta-learners practise on their own classes first and start every test episode from what they
learned there; `scratch` is the same network without the practice. Zero-shot sees no example at
all: it is given the vector of each class's name.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.tasks.few_shot import learner, maml, prototypes, regression, reptile
from lesson_core.tasks.few_shot.episodes import Episode, Pool, episodes

Say = Callable[[Episode], Tensor]
ASKED = 15  # queries per class
ROUNDS = {"maml": 150, "maml_first_order": 150, "reptile": 600}  # 600 episodes each
META = ("maml", "maml_first_order", "reptile")


class Accuracy(NamedTuple):
    """The mean over episodes, and where it lies with 95 % (1.96 standard errors)."""

    mean: float
    half_width: float
    episodes: int


def accuracy(shares: Sequence[float]) -> Accuracy:
    """From the share of right answers in each episode."""
    n, mean = len(shares), sum(shares) / len(shares)
    variance = sum((share - mean) ** 2 for share in shares) / max(1, n - 1)
    return Accuracy(mean, 1.96 * math.sqrt(variance / n), n)


def share(say: Say, episode: Episode) -> float:
    """Right answers in one episode."""
    return float((say(episode) == episode.right).double().mean())


def by_name(names: Tensor) -> Say:
    """Zero-shot: the nearest name, of the vectors of all names [C, d_model]."""
    return lambda episode: (episode.query @ names[list(episode.classes)].T).argmax(dim=1)


def by_network(weights: learner.Weights) -> Say:
    """A few steps of descent on the support, begun at `weights`."""
    return lambda episode: learner.say(weights, episode)


def practised(
    method: str, practice: Pool, ways: int, shots: int, seed: int, rounds: int | None = None
) -> Iterator[tuple[learner.Weights, float]]:
    """What a meta-learner knows after each round of practice, and its loss then."""
    begun = learner.fresh(practice.shown[0].shape[1], ways, seed)
    drawn = episodes(practice, ways, shots, ASKED, seed)
    rounds = rounds or ROUNDS[method]
    if method == "reptile":
        return reptile.train(begun, drawn, rounds)
    return maml.train(begun, drawn, rounds, exact=method == "maml")


def plain(names: Tensor, ways: int, seed: int) -> dict[str, Say]:
    """The methods that practise nothing."""
    scratch = learner.fresh(names.shape[1], ways, seed)
    return {
        "zero_shot": by_name(names),
        "prototypes": prototypes.say,
        "regression": regression.say,
        "scratch": by_network(scratch),
    }


def compared(
    methods: dict[str, Say], pool: Pool, ways: int, shots: int, count: int, seed: int
) -> Iterator[dict[str, Accuracy]]:
    """Every method on the same `count` episodes; the accuracies so far after each one."""
    found: dict[str, list[float]] = {name: [] for name in methods}
    for episode in islice(episodes(pool, ways, shots, ASKED, seed), count):
        for name, say in methods.items():
            found[name].append(share(say, episode))
        yield {name: accuracy(shares) for name, shares in found.items()}


def last(rounds: Iterator[tuple[learner.Weights, float]]) -> learner.Weights:
    """The weights at the end of a practice."""
    (weights, _), *_ = deque(rounds, maxlen=1)
    return [weight.detach() for weight in weights]


def pool_of(shown: Tensor, shown_labels: Tensor, asked: Tensor, asked_labels: Tensor) -> Pool:
    """Vectors [n, d_model] with class numbers [n], by class."""
    classes = range(int(shown_labels.max()) + 1)
    return Pool(
        [shown[torch.as_tensor(shown_labels == c)] for c in classes],
        [asked[torch.as_tensor(asked_labels == c)] for c in classes],
    )
