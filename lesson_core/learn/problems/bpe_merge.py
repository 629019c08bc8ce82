"""Byte-pair encoding of a text with the merges that training left."""

from collections import Counter
from itertools import pairwise
from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Merges = list[tuple[int, int]]
ENGLISH = ("the cache keeps keys and values ", "the model reads every weight ", "a token a step ",
           "the batch waits ", "decode reads the cache ", "then the next token ")  # fmt: skip
CHINESE = (
    "缓存里存的是键和值",
    "模型每一步都要读权重",
    "显存带宽决定快慢",
    "批越大越划算",
    "一步一个词",
)


def trained(text: str, size: int) -> Merges:
    """Merges of the most frequent neighbours, as training makes them."""
    ids, merges = list(text.encode()), []
    for new in range(256, 256 + size):
        counted = Counter(pairwise(ids))
        pair = max(counted, key=lambda one: (counted[one], one))
        merges.append(pair)
        out: list[int] = []
        for one in ids:
            if out and (out[-1], one) == pair:
                out[-1] = new
            else:
                out.append(one)
        ids = out
    return merges


def written(rng: Random, phrases: tuple[str, ...], count: int) -> str:
    return "".join(rng.choice(phrases) for _ in range(count))


def hidden(rng: Random) -> tuple[Probe, ...]:
    english = trained(written(rng, ENGLISH, 40), 60)
    chinese = trained(written(rng, CHINESE, 40), 60)
    letters = trained("".join(rng.choice("abcd") for _ in range(300)), 30)
    a, b, c = rng.sample(range(97, 123), 3)
    order = [(b, c), (a, b), (257, c)]  # of "abc": a and bc, not ab and c
    runs = [(a, a), (256, 256), (256, a), (a, 256)]
    word = chr(a) + chr(b) + chr(c)
    return (
        *(Probe(Case((written(rng, ENGLISH, 4), english)), "plain") for _ in range(3)),
        Probe(Case((word * 3, order)), "order"),
        *(Probe(Case((written(rng, CHINESE, 3), chinese)), "chinese") for _ in range(3)),
        *(Probe(Case((chr(a) * n + chr(b), runs)), "repeats") for n in range(2, 10)),
        Probe(Case(("naïve 🙂 Ω the " + rng.choice(CHINESE), english)), "unknown"),
        Probe(Case(("", english)), "empty"),
        Probe(Case((rng.choice(ENGLISH), [])), "empty"),
        *(Probe(Case(("".join(rng.choice("abcd") for _ in range(60)), letters)), "random")
          for _ in range(5)),
    )  # fmt: skip


PROBLEM = Problem(
    id="bpe-merge",
    function="encode",
    visible=(
        Case(("abcab", [(98, 99), (97, 98)])),
        Case(("aaa", [(97, 97)])),
        Case(("键值", [(233, 148), (256, 174)])),
    ),
    hidden=hidden,
)
