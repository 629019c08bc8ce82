"""Two weights per byte, a scale and a zero point per group."""

from dataclasses import replace
from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array


def octets(array: Array) -> Array:
    """The same integers as uint8."""
    return replace(array, dtype="uint8")


def case(rng: Random, out: int, width: int, group: int) -> Case:
    packed = octets(tensors.integers(rng, 0, 256, out, width // 2))
    zeros = octets(tensors.integers(rng, 0, 16, out, width // group))
    scales = tensors.normal(rng, out, width // group, scale=0.1)
    return Case((packed, replace(scales, flat=tuple(map(abs, scales.flat))), zeros, group))


def extremes(rng: Random) -> Case:
    """Nibbles and zero points of 0 and 15 only."""
    case_ = case(rng, 2, 8, 4)
    packed, scales, zeros, group = case_.arguments
    packed = replace(packed, flat=tuple(rng.choice((0, 15, 240, 255)) for _ in packed.flat))
    zeros = replace(zeros, flat=tuple(rng.choice((0, 15)) for _ in zeros.flat))
    return Case((packed, scales, zeros, group))


def hidden(rng: Random) -> tuple[Probe, ...]:
    return (
        Probe(case(rng, 3, 8, 8), "one_group"),
        Probe(case(rng, 3, 24, 8), "groups"),
        Probe(case(rng, 2, 12, 2), "small_groups"),
        Probe(extremes(rng), "extremes"),
    )


def shown(packed: list[float], scales: list[float], zeros: list[float], group: int) -> Case:
    """One row of bytes."""
    return Case((octets(tensors.matrix(packed)), tensors.matrix(scales),
                 octets(tensors.matrix(zeros)), group))  # fmt: skip


PROBLEM = Problem(
    id="int4-dequant",
    function="dequantize",
    visible=(
        shown([0x21, 0x43], [1.0], [0], 4),
        shown([0x21, 0x43], [1.0, 0.5], [8, 3], 2),
    ),
    hidden=hidden,
    torch=True,
)
