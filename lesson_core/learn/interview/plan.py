"""What is asked in an interview, drawn for a role, a level and a time: the same seed, the same.

First the parts that take longer: follow-ups, the own project, a regression. What time is left goes
to single questions of the bank, at least one choice and one open one. Asked from easy to hard.
"""

import random
from collections.abc import Iterable, Sequence

from lesson_core.learn.interview import chains, files
from lesson_core.schema.interview import CAUSES, Item, Wish
from lesson_core.schema.question import LEVELS, Choice, Level, Measured, Numeric, Open, Question

SECONDS = {Choice: 75, Numeric: 120, Measured: 90, Open: 240}
FIRST, FURTHER, PROJECT, TRACE, ARTICLE = 120, 75, 90, 180, 180  # seconds
KINDS = {Choice: 3.0, Numeric: 3.0, Open: 2.0, Measured: 1.0}  # how often, one against another
NEAR = {0: 1.0, -1: 0.4, 1: 0.4, -2: 0.1, 2: 0.05}
"""How often a question is drawn, by how many levels it lies above the wanted one."""

PARTS = {15: (1, 3), 30: (2, 4), 45: (3, 5)}
"""By minutes: how many chains, and how many questions about the project."""


def plan(wish: Wish, questions: Sequence[Question]) -> tuple[Item, ...]:
    """What is asked, in order; never longer than wished, and no shorter than by a question.

    `questions` are those that can be asked here.
    """
    draw = random.Random(f"interview:{wish.preset}:{wish.level}:{wish.minutes}:{wish.seed}")
    if wish.preset == "articles":
        return _articles(wish, draw)
    chained = _chains(wish, draw)
    parts = [part for part in _parts(wish, draw) if part]
    left = 60 * wish.minutes - seconds([*_flat(chained), *_flat(parts)])
    taken = {chains.every()[part[0].name].template for part in chained}
    taken |= set(files.project().steps)
    single = _single(wish, draw, [q for q in questions if q.id not in taken], left)
    order = {question.id: LEVELS.index(question.level) for question in questions}
    single.sort(key=lambda item: (item.seconds == SECONDS[Open], order[item.name]))
    opening, rest = single[:1], single[1:]
    return tuple(_flat([opening, *_woven([[item] for item in rest], [*chained, *parts])]))


def seconds(items: Iterable[Item]) -> int:
    """How long they should take."""
    return sum(item.seconds for item in items)


def _articles(wish: Wish, draw: random.Random) -> tuple[Item, ...]:
    """As many of the fifteen as fit, in their order."""
    every = range(len(files.articles()))
    fitting = min(len(every), 60 * wish.minutes // ARTICLE)
    return tuple(
        Item(way="lesson", name=files.articles()[at].lesson, seed=at, seconds=ARTICLE)
        for at in sorted(draw.sample(every, fitting))
    )


def _chains(wish: Wish, draw: random.Random) -> list[list[Item]]:
    """Chains of different lessons, by what the role asks about and how hard they are."""
    weights = {
        name: _weight(wish, chain.asked.topic, chain.level)
        for name, chain in chains.every().items()
    }
    found: list[list[Item]] = []
    for _ in range(PARTS[wish.minutes][0]):
        name = draw.choices(list(weights), list(weights.values()))[0]
        lesson = chains.every()[name].asked.lesson
        weights = {n: w for n, w in weights.items() if chains.every()[n].asked.lesson != lesson}
        seed = draw.randrange(10**6)
        found.append([
            Item(way="chain", name=name, seed=seed, step=step, seconds=FURTHER if step else FIRST)
            for step in range(1 + len(chains.every()[name].then))
        ])  # fmt: skip
    return found


def _parts(wish: Wish, draw: random.Random) -> tuple[list[Item], list[Item]]:
    """The own project and the regression; in a quarter of an hour only one of them."""
    steps = files.project().steps[: PARTS[wish.minutes][1]]
    project = [
        Item(way="project", name=name, seed=0, step=at, seconds=PROJECT)
        for at, name in enumerate(steps)
    ]
    trace = [Item(way="trace", name=draw.choice(CAUSES), seed=draw.randrange(10**6), seconds=TRACE)]
    if wish.minutes > 15:
        return project, trace
    return ([], trace) if draw.random() < 0.5 else (project, [])


def _single(
    wish: Wish, draw: random.Random, questions: Sequence[Question], left: int
) -> list[Item]:
    """Questions of the bank, until none fits any more; no topic twice."""
    found: list[Item] = []
    pool = list(questions)
    for kind in (Choice, Open):
        first: list[Question] = [q for q in pool if type(q) is kind and SECONDS[kind] <= left]
        left -= _take(wish, draw, first, pool, found)
    while fitting := [q for q in pool if SECONDS[type(q)] <= left]:
        kinds = sorted({type(q) for q in fitting}, key=list(KINDS).index)
        chosen = draw.choices(kinds, [KINDS[kind] for kind in kinds])[0]
        left -= _take(wish, draw, [q for q in fitting if type(q) is chosen], pool, found)
    return found


def _take(
    wish: Wish, draw: random.Random, fitting: Sequence[Question], pool: list[Question],
    found: list[Item],
) -> int:  # fmt: skip
    """Move one of these from the pool to what is asked; returns how long it takes."""
    if not fitting:
        return 0
    weights = [_weight(wish, q.topic, q.level) for q in fitting]
    taken = draw.choices(fitting, weights)[0]
    pool[:] = [q for q in pool if q.topic != taken.topic]
    took = SECONDS[type(taken)]
    found.append(Item(way="question", name=taken.id, seed=draw.randrange(10**6), seconds=took))
    return took


def _weight(wish: Wish, topic: str, level: Level) -> float:
    above = LEVELS.index(level) - LEVELS.index(wish.level)
    return files.weights(wish.preset).get(topic, 1.0) * NEAR.get(above, 0.01)


def _woven(short: list[list[Item]], long: list[list[Item]]) -> list[list[Item]]:
    """The longer parts spread evenly among the short ones, which keep their order."""
    out, every = [], len(short) / len(long) if long else 0.0
    for at, part in enumerate(long):
        out += [*short[round(at * every) : round((at + 1) * every)], part]
    return out if long else short


def _flat(parts: Iterable[Iterable[Item]]) -> list[Item]:
    return [item for part in parts for item in part]
