"""A paged allocator: block tables, blocks that sequences share, copy-on-write."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Step = list[str | int]


def random_steps(rng: Random, calls: int) -> list[Step]:
    """Calls that name living sequences.

    Sequences made by `add` are small, so that none is refused: later calls name them.
    """
    alive: list[str] = []
    steps: list[Step] = []
    for number in range(calls):
        name = f"s{number}"
        draw = rng.random()
        if not alive or (draw < 0.15 and len(alive) < 4):
            steps.append(["add", name, rng.randrange(1, 9)])
            alive.append(name)
        elif draw < 0.25 and len(alive) < 6:
            steps.append(["fork", rng.choice(alive), name])
            alive.append(name)
        elif draw < 0.40 or len(alive) > 5:
            steps.append(["release", alive.pop(rng.randrange(len(alive)))])
        else:
            steps.append(["append", rng.choice(alive)])
    return steps


def grown(seq: str, times: int) -> list[Step]:
    return [["append", seq] for _ in range(times)]


def hidden(rng: Random) -> tuple[Probe, ...]:
    size = rng.randrange(3, 6)
    life: list[Step] = [["add", "a", 2 * size], ["add", "b", 1], *grown("a", 2), *grown("b", size),
                        ["release", "a"], ["add", "c", 3 * size - 1], *grown("c", 3),
                        ["release", "b"], ["release", "c"]]  # fmt: skip
    boundary: list[Step] = []
    for number, tokens in enumerate((size - 1, size, size + 1, 3 * size)):
        boundary += [["add", f"s{number}", tokens], *grown(f"s{number}", 2)]
    forks: list[Step] = [["add", "a", 2 * size + 1], ["fork", "a", "b"], ["fork", "a", "c"]]
    forks += [["append", rng.choice("abc")] for _ in range(12)]
    forks += [["release", "a"], *grown("b", 2), ["release", "c"], *grown("b", 1), ["release", "b"]]
    full_last: list[Step] = [["add", "a", size], ["fork", "a", "b"], *grown("b", 2),
                             *grown("a", 1), ["release", "b"], ["release", "a"]]  # fmt: skip
    no_room: list[Step] = [["add", "a", 2 * size], ["add", "b", 4 * size], ["add", "c", size],
                           ["add", "d", 1], *grown("a", 1), *grown("d", size), *grown("c", 1),
                           ["release", "c"], *grown("d", 3), ["release", "a"],
                           ["release", "d"]]  # fmt: skip
    no_copy_room: list[Step] = [["add", "a", size + 1], ["add", "x", size], ["fork", "a", "b"],
                                *grown("b", 2), ["release", "x"], *grown("b", 1),
                                *grown("a", size - 1), *grown("a", 1)]  # fmt: skip
    named: dict[str, tuple[int, list[Step]]] = {
        "life": (8, life), "boundary": (12, boundary), "forks": (20, forks),
        "full_last": (6, full_last), "no_room": (4, no_room), "no_copy_room": (3, no_copy_room),
        "random": (90, random_steps(rng, 200)),
    }  # fmt: skip
    return tuple(Probe(Case((blocks, size, steps)), name)
                 for name, (blocks, steps) in named.items())  # fmt: skip


PROBLEM = Problem(
    id="paged-allocator",
    function="BlockAllocator",
    visible=(
        Case((4, 2, [["add", "a", 3], ["append", "a"], ["append", "a"], ["release", "a"]])),
        Case((4, 2, [["add", "a", 3], ["fork", "a", "b"], ["append", "b"], ["append", "a"]])),
        Case((2, 2, [["add", "a", 3], ["add", "b", 1], ["append", "a"], ["append", "a"]])),
    ),
    hidden=hidden,
)
