"""Episodes, prototypes and the comparison, on made-up vectors and on the real encoder's."""

from itertools import islice
from pathlib import Path

import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.errors import LabError
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import labelled_sets
from lesson_core.tasks.few_shot import compare, learner, prototypes, regression
from lesson_core.tasks.few_shot.episodes import Episode, Pool, divided, episodes

DATA = Path(__file__).parents[4] / "shared" / "data"
CLASSES = 12


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Classes as clouds around random directions."""
    draw = torch.Generator().manual_seed(0)
    centres = torch.nn.functional.normalize(torch.randn(CLASSES, 32, generator=draw), dim=1)
    clouds = [
        torch.nn.functional.normalize(one + 0.2 * torch.randn(30, 32, generator=draw), dim=1)
        for one in centres
    ]
    return Pool([cloud[:15] for cloud in clouds], [cloud[15:] for cloud in clouds])


def first(pool: Pool, seed: int = 1) -> Episode:
    return next(episodes(pool, ways=5, shots=3, asked=4, seed=seed))


def test_an_episode_holds_what_was_asked_for(pool: Pool) -> None:
    episode = first(pool)
    assert episode.support.shape == (15, 32) and episode.query.shape == (20, 32)
    assert episode.labels.bincount().tolist() == [3] * 5
    assert episode.right.bincount().tolist() == [4] * 5
    assert len(set(episode.classes)) == 5
    for place, number in enumerate(episode.classes):
        shown = {tuple(row.tolist()) for row in pool.shown[number]}
        told = episode.support[episode.labels == place]
        assert len({tuple(row.tolist()) for row in told} & shown) == 3


def test_a_seed_names_its_episodes(pool: Pool) -> None:
    again, other = first(pool), first(pool, seed=2)
    assert torch.equal(again.support, first(pool).support)
    assert not torch.equal(again.support, other.support)


def test_practice_and_test_share_no_class() -> None:
    practice, kept = divided(150, 100, seed=0)
    assert len(practice) == 100 and sorted(practice + kept) == list(range(150))


@pytest.mark.parametrize(("ways", "shots"), [(CLASSES + 1, 1), (2, 16)])
def test_too_few_classes_or_examples_are_named(pool: Pool, ways: int, shots: int) -> None:
    with pytest.raises(LabError) as problem:
        next(episodes(pool, ways, shots, 1, seed=0))
    assert problem.value.code == "few_shot_too_small"


def test_prototypes_are_the_means_one_by_one(pool: Pool) -> None:
    """The slow twin: loops over classes and queries."""
    episode = first(pool)
    said = []
    for query in episode.query:
        away = []
        for place in range(5):
            mean = sum(episode.support[episode.labels == place]) / 3
            away.append(float((query - mean).square().sum()))
        said.append(away.index(min(away)))
    assert prototypes.say(episode).tolist() == said


def test_adapting_learns_the_support(pool: Pool) -> None:
    episode = first(pool)
    weights = learner.fresh(32, 5, seed=0)
    told = episode._replace(query=episode.support, right=episode.labels)
    assert compare.share(compare.by_network(weights), told) > 0.9
    assert float(torch.stack([w.abs().sum() for w in weights[2:]]).sum()) == 0  # left as they were


def test_accuracy_carries_its_interval() -> None:
    found = compare.accuracy([1.0, 0.5, 1.0, 0.5])
    assert found.mean == 0.75 and found.episodes == 4
    assert found.half_width == pytest.approx(1.96 * (0.25 / 3) ** 0.5 / 2)


def noisy(classes: int) -> Pool:
    """Classes that differ in six of 32 numbers; the others are loud and say nothing."""
    draw = torch.Generator().manual_seed(4)
    clouds = []
    for _ in range(classes):
        centre = torch.cat([torch.randn(6, generator=draw), torch.zeros(26)])
        loud = torch.tensor([0.3] * 6 + [1.5] * 26) * torch.randn(30, 32, generator=draw)
        clouds.append(torch.nn.functional.normalize(centre + loud, dim=1))
    return Pool([cloud[:15] for cloud in clouds], [cloud[15:] for cloud in clouds])


@pytest.mark.parametrize("method", compare.META)
def test_practice_helps_on_classes_never_seen(method: str) -> None:
    """What is shared by all classes, where to look, is learned from other classes."""
    pool = noisy(40)
    practice, kept = divided(40, 30, seed=0)
    rounds = {"reptile": 400}.get(method, 100)
    weights = compare.last(compare.practised(method, pool.only(practice), 3, 3, 0, rounds))
    methods = {"practised": compare.by_network(weights)} | compare.plain(torch.eye(40, 32), 3, 0)
    *_, found = compare.compared(methods, pool.only(kept), 3, 3, 40, seed=3)
    scratch, practised = found["scratch"], found["practised"]
    assert practised.mean - practised.half_width > scratch.mean + scratch.half_width
    assert practised.mean > found["prototypes"].mean  # which cannot know where to look


def test_the_answer_grows_episode_by_episode(pool: Pool) -> None:
    methods = {"prototypes": prototypes.say, "regression": regression.say}
    rows = list(compare.compared(methods, pool, 5, 3, 6, seed=0))
    assert [row["prototypes"].episodes for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.encoder
def test_clinc_five_ways_five_shots() -> None:
    if not (DATA / "clinc150").exists():
        pytest.skip("the public data set clinc150 is not beside this checkout")
    encoder = SentenceEncoder.load(home.folder_of(ENCODER))
    examples = labelled_sets.clinc150(DATA, "test")
    names = sorted({one.label for one in examples})[::5]
    rows = {name: [one.text for one in examples if one.label == name] for name in names}
    clouds = [encoder.encode(texts).vectors for texts in rows.values()]
    pool = Pool([cloud[:10] for cloud in clouds], [cloud[10:] for cloud in clouds])
    shares = [compare.share(prototypes.say, one) for one in islice(episodes(pool, 5, 5, 15, 0), 60)]
    assert compare.accuracy(shares).mean >= 0.97
    mixed = [
        compare.share(prototypes.say, one._replace(labels=one.labels[torch.randperm(25)]))
        for one in islice(episodes(pool, 5, 5, 15, 0), 20)
    ]
    assert compare.accuracy(mixed).mean < 0.6  # known wrong: the labels of the examples shuffled
