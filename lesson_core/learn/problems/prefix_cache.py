"""A prefix cache: which blocks at the front of a prompt were computed before."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

LINES = 4  # of learner code per token; walking token by token takes about 3
Prompt = list[int]
Step = tuple[str, Prompt]


def text(rng: Random, tokens: int) -> Prompt:
    return [rng.randrange(1000) for _ in range(tokens)]


def system(rng: Random, size: int) -> list[Step]:
    """Two system prompts, users whose own words follow."""
    fronts = [text(rng, size * 3 + rng.randrange(size)), text(rng, size * 2)]
    steps: list[Step] = []
    for _ in range(12):
        prompt = rng.choice(fronts) + text(rng, rng.randrange(1, 3 * size))
        steps += [("match", prompt), ("insert", prompt)]
    return steps


def hidden(rng: Random) -> tuple[Probe, ...]:
    size = rng.randrange(4, 9)
    a, b = text(rng, 5 * size), text(rng, 5 * size)
    seen: list[Step] = [("insert", a), ("insert", b)]
    blocks = [a[n : n + size] for n in range(0, len(a), size)]
    all_known = [*seen, ("match", a), ("match", [*a, 1]), ("match", a[:-1]), ("match", a[:size]),
                 ("insert", [*a, *b[: size - 1]]), ("match", [*a, *b])]  # fmt: skip
    middle = [*seen, ("match", text(rng, size) + a[size:]), ("match", b[:size] + a[size:]),
              ("match", b[:size] + a), ("match", a[: 2 * size] + b[2 * size :])]  # fmt: skip
    first_token = [*seen, ("match", [a[0] + 1, *a[1:]]), ("match", [*a[:-1], a[-1] + 1])]
    backwards = [token for block in reversed(blocks) for token in block]
    shuffled = [*seen, ("match", backwards), ("match", a[size:])]
    mixed = [*seen, ("match", [*a[:size], *b[size : 2 * size], *a[2 * size :]])]
    short: list[Step] = [("insert", a[: size - 1]), ("match", a[: size - 1]), ("match", a),
                         ("insert", [7]), ("match", [7]), ("match", [7, 8])]  # fmt: skip
    grows: list[Step] = []
    talk = text(rng, size * 2)
    for _ in range(6):
        grows += [("match", list(talk)), ("insert", list(talk))]
        talk += text(rng, rng.randrange(1, 3 * size))
    whole = text(rng, 400 * size)
    long: list[Step] = [("insert", whole), ("match", whole), ("match", whole[: 200 * size + 3])]
    front = text(rng, 3 * size)
    many: list[Step] = [("insert", front + text(rng, size)) for _ in range(100)]
    many += [("match", front + text(rng, size)) for _ in range(100)]
    named = {"system": system(rng, size), "all_known": all_known, "middle": middle,
             "first_token": first_token, "shuffled": shuffled, "mixed": mixed, "short": short,
             "grows": grows, "long": long, "many": many}  # fmt: skip
    return tuple(Probe(case(size, steps), name) for name, steps in named.items())


def case(size: int, steps: list[Step]) -> Case:
    tokens = sum(len(prompt) for _, prompt in steps)
    return Case((size, steps), at_most={"lines": LINES * tokens + 20 * len(steps)})


PROBLEM = Problem(
    id="prefix-cache",
    function="PrefixCache",
    visible=(
        case(2, [("insert", [1, 2, 3, 4, 5]), ("match", [1, 2, 3, 9, 9]), ("match", [1, 2, 3, 4])]),
        case(2, [("insert", [1, 2, 3, 4]), ("match", [9, 2, 3, 4, 5]), ("match", [3, 4, 5])]),
    ),
    hidden=hidden,
    count="lines",
)
