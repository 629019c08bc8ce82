"""The mean of word vectors: casing, punctuation, unknown words, and the text without any."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

SIZE = 100


def vector(*numbers: float) -> Array:
    """A float32 NumPy vector of 100, the numbers repeated as often as they fit."""
    return Array("numpy", "float32", (SIZE,), numbers * (SIZE // len(numbers)))


def table(rng: Random, *words: str) -> dict[str, Array]:
    """A random vector for each word, digits few enough to read."""
    return {w: vector(*(round(rng.uniform(-1, 1), 3) for _ in range(SIZE))) for w in words}


def hidden(rng: Random) -> tuple[Probe, ...]:
    a, b, c, d = rng.sample(("dog", "bites", "man", "river", "stone", "cold", "bank"), 4)
    texts = {
        "plain": f"{a} {b}  {c}",
        "cased": f"{a.title()} {b.upper()} {c}",
        "punctuated": f"{a}, {b}.{c}!\n({a}-{d})",
        "unknown": f"{a} qzxv {b} frob {c}",
        "none": "qzxv, frob!",
        "empty": "",
        "twice": f"{a} {b} {a} {c} {a}",
    }
    words = table(rng, a, b, c)
    probes = [Probe(Case((text, words)), name) for name, text in texts.items()]
    mixed = Case((f"模型, 42 {a}; Café top_p", table(rng, "模型", "42", "café", "top_p")))
    return (*probes, Probe(mixed, "scripts"))


PROBLEM = Problem(
    id="string-to-vector",
    function="string_to_vector",
    visible=(
        Case(("fast model", {"fast": vector(1.0), "model": vector(3.0, 5.0)})),
        Case(("Fast, slow?", {"fast": vector(1.0)})),
        Case(("", {"fast": vector(1.0)})),
    ),
    hidden=hidden,
    torch=True,
)
