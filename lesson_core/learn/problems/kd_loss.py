"""Distillation: the loss, and where its gradients go."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem

VOCAB, PAD = 6, -100


def case(
    rng: Random, rows: int, temperature: float, alpha: float, padded: int = 0, sure: float = 2.0
) -> Case:
    """Random logits, the teacher's `sure` wide, and targets with padding among them."""
    student, teacher = (tensors.normal(rng, rows, VOCAB, scale=scale) for scale in (1.5, sure))
    targets = [rng.randrange(VOCAB) for _ in range(rows - padded)] + [PAD] * padded
    rng.shuffle(targets)
    return Case((student, teacher, tensors.places(targets), temperature, alpha))


def hidden(rng: Random) -> tuple[Probe, ...]:
    return (
        Probe(case(rng, 5, 3.0, 1.0), "soft"),
        Probe(case(rng, 5, 3.0, 0.0), "hard"),
        Probe(case(rng, 6, 2.0, 0.7), "both"),
        Probe(case(rng, 4, 8.0, 0.4), "hot"),
        Probe(case(rng, 8, 2.0, 0.6, padded=3), "padded"),
        Probe(case(rng, 4, 1.0, 0.8, sure=150.0), "sure"),
    )


TWO = tensors.matrix([1.0, 0.0])

PROBLEM = Problem(
    id="kd-loss",
    function="kd_loss",
    visible=(
        Case((TWO, TWO, tensors.places([0]), 2.0, 1.0)),
        Case((TWO, tensors.matrix([0.0, 2.0]), tensors.places([0]), 2.0, 0.5)),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
