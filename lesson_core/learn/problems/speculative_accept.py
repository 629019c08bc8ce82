"""Speculative sampling: accept or draw again, so that the output follows the target's law."""

from random import Random
from typing import Any

from lesson_core.errors import LabError
from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem, broken

Law = list[float]
SLACK = 0.04  # the driver takes 40 × 40 uniforms for each draft: counts are off by as much


def law(rng: Random, vocabulary: int, zeros: int = 0) -> Law:
    weights = [rng.uniform(0.05, 1.0) for _ in range(vocabulary - zeros)] + [0.0] * zeros
    rng.shuffle(weights)
    return [weight / sum(weights) for weight in weights]


def drawn(rng: Random, q: Law) -> int:
    return rng.choices(range(len(q)), q)[0]


def accepted(rng: Random, p: Law, q: Law, token: int) -> float:
    """A uniform that accepts `token`, well away from the ratio."""
    return rng.uniform(0.1, 0.8) * min(1.0, p[token] / q[token])


def round_(rng: Random, drafts: int, vocabulary: int) -> Case:
    p = [law(rng, vocabulary) for _ in range(drafts + 1)]
    q = [law(rng, vocabulary) for _ in range(drafts)]
    uniforms = [rng.random() for _ in range(drafts)]
    return Case((p, q, [drawn(rng, one) for one in q], uniforms, rng.random()))


def all_accepted(rng: Random, drafts: int) -> Case:
    p = [law(rng, 6) for _ in range(drafts + 1)]
    q = [law(rng, 6) for _ in range(drafts)]
    tokens = [drawn(rng, one) for one in q]
    uniforms = [accepted(rng, *one) for one in zip(p, q, tokens, strict=False)]
    return Case((p, q, tokens, uniforms, rng.random()))


def rejected(rng: Random) -> Case:
    """Four drafts; the second is likelier to the draft model than to the target, and rejected."""
    p, q = [law(rng, 6) for _ in range(5)], [law(rng, 6) for _ in range(4)]
    tokens = [drawn(rng, one) for one in q]
    tokens[1] = max(range(6), key=lambda x: q[1][x] - p[1][x])
    uniforms = [accepted(rng, *one) for one in zip(p, q, tokens, strict=False)]
    ratio = p[1][tokens[1]] / q[1][tokens[1]]
    uniforms[1] = ratio + (1 - ratio) * rng.uniform(0.2, 0.8)
    return Case((p, q, tokens, uniforms, rng.random()))


def impossible(rng: Random) -> Case:
    """The target gives the draft no chance; the uniform is 0."""
    p = law(rng, 6, zeros=2)
    q = law(rng, 6)
    return Case(([p, law(rng, 6)], [q], [p.index(0.0)], [0.0], rng.random()))


def lowest(uniform: float) -> Case:
    """The last draw is 0, and token 0 cannot come: not in the residual, not as a bonus."""
    p, q = [0.0, 0.25, 0.5, 0.25], [0.125, 0.5, 0.25, 0.125]
    return Case(([p, p], [q], [1], [uniform], 0.0))


def follows_p(arguments: tuple[Any, ...], value: Any) -> LabError | None:
    for token, (expected, got) in enumerate(zip(arguments[0][0], value, strict=True)):
        if abs(got - expected) > SLACK:
            return broken("law", token=token, got=round(got, 3), expected=round(expected, 3))
    return None


def of_law(p: Law, q: Law) -> Case:
    return Case(([p, p], [q], None, None, None), accept=follows_p)


def hidden(rng: Random) -> tuple[Probe, ...]:
    same = law(rng, 5)
    alike = Case(([same, same], [same], [drawn(rng, same)], [0.999], rng.random()))
    steep = [0.05, 0.1, 0.6, 0.25]
    return (
        *(Probe(all_accepted(rng, 4), "accepted") for _ in range(3)),
        *(Probe(rejected(rng), "rejected") for _ in range(4)),
        *(Probe(impossible(rng), "impossible") for _ in range(2)),
        Probe(alike, "same"),
        Probe(lowest(0.9), "lowest"),
        Probe(lowest(0.0), "lowest"),
        *(Probe(round_(rng, 0, 6), "none") for _ in range(2)),
        *(Probe(round_(rng, rng.randrange(1, 6), 8), "random") for _ in range(12)),
        Probe(of_law(steep, [0.55, 0.25, 0.1, 0.1]), "law"),
        Probe(of_law(law(rng, 5), law(rng, 5)), "law"),
    )


SURE = [0.0, 1.0, 0.0]
PROBLEM = Problem(
    id="speculative-accept",
    function="verify",
    visible=(
        Case(([[0.5, 0.25, 0.25], SURE], [[0.25, 0.5, 0.25]], [0], [0.9], 0.3)),
        Case(([[0.5, 0.25, 0.25], SURE], [[0.25, 0.5, 0.25]], [1], [0.9], 0.3)),
        Case(([SURE], [], [], [], 0.7)),
    ),
    hidden=hidden,
)
