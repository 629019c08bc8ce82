"""Job `few_shot`: the same episodes for every method, with ever more examples per class.

The lab's topics are cut in two. Meta-learners practise on one half and are tested on the other,
then the halves change places; nobody is tested on a topic it practised on. Of each topic every
second sentence may be an example, the others are only asked.

- `progress` {what: "load_model" | "embed" | "practise" | "episodes"}, `code`.
- `data` {what: "point", shots, rows: {method: {mean, half_width, episodes}}} per number of
  examples, first with one half of the topics, then with both.
- `result` {ways, lang, chance, practice: topics practised on, points: {shots: rows}, catches_up:
  {method: the first number of examples with which it is not behind zero-shot, or None}}.

Raises LabError("artefact_missing") without the encoder.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model.threads import using_threads
from lesson_core.schema.events import Event
from lesson_core.schema.how_zero_shot import SHOTS, FewShot
from lesson_core.tasks import zero_shot
from lesson_core.tasks.few_shot import compare, episodes, learner, maml, prototypes, reptile
from lesson_core.tasks.few_shot.compare import Say, accuracy, by_network
from lesson_core.tasks.few_shot.episodes import Pool
from lesson_core.tasks.student import readers
from lesson_core.theory.labelled_sentences import place, sentences, topics
from lesson_core.theory.zero_shot import lines

ROUNDS = {"maml": 60, "reptile": 240}  # 240 episodes of practice each
METHODS = ("zero_shot", "prototypes", "regression", "scratch", "maml", "reptile")
SEED = 1

Found = dict[str, list[float]]  # the share right of each episode, by method


def run(spec: FewShot, lab: Lab) -> Iterator[Event]:
    """Read all sentences once; the rest is small matrices."""
    yield setting.progress("load_model")
    found = readers.load()
    yield setting.code(
        episodes.episodes, learner.adapt, maml.meta_gradient, reptile.moved, prototypes.means
    )
    yield setting.progress("embed")
    pool = pool_of(found.teacher if spec.lang == "en" else found.student, spec.lang)
    described = [lines(topic, "en", "described") for topic in topics("en")]
    names = zero_shot.class_vectors(found.teacher, described)
    points: dict[int, Any] = {}
    with using_threads(1):
        yield from all_points(spec, lab, pool, names, points)
    if lab.cancelled():
        return
    yield Event(stage="result", detail={
        "ways": spec.ways, "lang": spec.lang, "chance": 1 / spec.ways, "practice": len(names) // 2,
        "points": {str(shots): rows for shots, rows in points.items()},
        "catches_up": {method: catches_up(points, method) for method in METHODS[1:]},
    })  # fmt: skip


def all_points(
    spec: FewShot, lab: Lab, pool: Pool, names: Tensor, points: dict[int, Any]
) -> Iterator[Event]:
    """One number of examples after the other, each with both halves; fills `points`."""
    halves = episodes.divided(len(names), len(names) // 2, SEED)
    for shots in SHOTS:
        shared: Found = {method: [] for method in METHODS}
        for practice, kept in (halves, halves[::-1]):
            methods = compare.plain(names[kept], spec.ways, SEED)
            yield from practised(pool.only(practice), spec, shots, lab, methods)
            if lab.cancelled():
                return
            yield from tested(pool.only(kept), spec, shots, lab, methods, shared)
            if lab.cancelled():
                return
            points[shots] = {m: accuracy(some)._asdict() for m, some in shared.items()}
            detail = {"what": "point", "shots": shots, "rows": points[shots]}
            yield Event(stage="data", detail=detail)


def pool_of(reader: Any, lang: str) -> Pool:
    """The lab's sentences as vectors by topic; every second one may be learned from."""
    given = sentences(lang)
    vectors = reader.encode([one.text for one in given]).vectors.clone()
    where = torch.tensor([place(one) for one in given])
    rows = [vectors[where == topic] for topic in range(len(topics(lang)))]
    return Pool([row[0::2] for row in rows], [row[1::2] for row in rows])


def practised(
    pool: Pool, spec: FewShot, shots: int, lab: Lab, methods: dict[str, Say]
) -> Iterator[Event]:
    """Let both meta-learners practise; adds what they became to `methods`."""
    for method, rounds in ROUNDS.items():
        weights: list[Tensor] = []
        drawn = compare.practised(method, pool, spec.ways, shots, SEED, rounds)
        for done, (reached, _) in enumerate(drawn):
            if lab.cancelled():
                return
            weights = reached
            if done % 20 == 0:
                yield setting.progress("practise", done, rounds)
        methods[method] = by_network([weight.detach() for weight in weights])


def tested(
    pool: Pool, spec: FewShot, shots: int, lab: Lab, methods: dict[str, Say], shared: Found
) -> Iterator[Event]:
    """Every method answers the same episodes; adds to `shared`."""
    drawn = episodes.episodes(pool, spec.ways, shots, compare.ASKED, SEED)
    for done, episode in enumerate(islice(drawn, spec.episodes)):
        if lab.cancelled():
            return
        for method, some in shared.items():
            some.append(compare.share(methods[method], episode))
        if done % 20 == 0:
            yield setting.progress("episodes", done, spec.episodes)


def catches_up(points: dict[int, Any], method: str) -> int | None:
    """The fewest examples per class with which a method is not behind zero-shot."""
    for shots, rows in points.items():
        if rows[method]["mean"] >= rows["zero_shot"]["mean"]:
            return shots
    return None
