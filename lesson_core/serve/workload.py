"""Who asks when, and for how much: random arrivals, bursts, or what was recorded somewhere.

Open loop: arrivals do not care how busy the server is, as people do not. `burstiness` is that of
vLLM's benchmark, the shape of the gamma law of the gaps: 1 is a Poisson process, below 1 requests
come in bursts, above 1 more evenly. Squared variation of the gaps = 1/burstiness.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.serving import Request

MOST = 1_000_000  # requests


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request without its words: when, and how many tokens in and out."""

    at_s: float
    prompt: int
    answer: int


def times(count: int, rate: float, burstiness: float = 1.0, seed: int = 0) -> list[float]:
    """`count` arrival times, `rate` a second on average, the first after the first gap."""
    check_range("rate", rate, 1e-9, 1e9)
    check_range("burstiness", burstiness, 1e-3, 1e6)
    check_range("requests", count, 1, MOST)
    draw, now, at = random.Random(seed), 0.0, []
    for _ in range(count):
        now += draw.gammavariate(burstiness, 1 / (rate * burstiness))
        at.append(now)
    return at


def at_rate(
    lengths: Sequence[Arrival], rate: float, burstiness: float = 1.0, seed: int = 0
) -> list[Arrival]:
    """The same requests, in the same order, arriving by a law instead of as recorded."""
    drawn = times(len(lengths), rate, burstiness, seed)
    return [replace(one, at_s=at_s) for one, at_s in zip(lengths, drawn, strict=True)]


def at_once(lengths: Sequence[Arrival]) -> list[Arrival]:
    """All there from the beginning: a server at saturation."""
    return [replace(one, at_s=0.0) for one in lengths]


def drawn(arrivals: Sequence[Arrival], count: int, seed: int = 0) -> list[Arrival]:
    """`count` requests from a recording, each as likely as the other, in the order of time."""
    if not 1 <= count <= len(arrivals):
        raise LabError("trace_too_short", count=count, found=len(arrivals))
    chosen = random.Random(seed).sample(range(len(arrivals)), count)
    return [arrivals[i] for i in sorted(chosen)]


def window(arrivals: Sequence[Arrival], count: int, start: int = 0) -> list[Arrival]:
    """`count` that follow each other, the clock starting with the first: keeps the bursts."""
    part = arrivals[start : start + count]
    if len(part) < count or not part:
        raise LabError("trace_too_short", count=start + count, found=len(arrivals))
    return [replace(one, at_s=one.at_s - part[0].at_s) for one in part]


def scaled(arrivals: Sequence[Arrival], *, time: float = 1.0, tokens: float = 1.0) -> list[Arrival]:
    """Times multiplied by `time`, lengths by `tokens` (at least one): to fit a smaller machine."""
    check_range("time", time, 0, 1e9)
    check_range("tokens", tokens, 1e-6, 1e3)
    return [
        Arrival(a.at_s * time, max(1, round(a.prompt * tokens)), max(1, round(a.answer * tokens)))
        for a in arrivals
    ]


def requests(
    arrivals: Sequence[Arrival], *, vocab_size: int = 256, shared: int = 0, seed: int = 0
) -> list[Request]:
    """With prompts of random tokens, all behind the same `shared` first ones; answers as long
    as recorded, whatever the model says.
    """
    draw = random.Random(seed)
    system = tuple(draw.choices(range(vocab_size), k=shared))
    return [
        Request(
            id=i, prompt=system + tuple(draw.choices(range(vocab_size), k=arrival.prompt)),
            new_tokens=arrival.answer, arrival_s=arrival.at_s, ignore_eos=True,
        )
        for i, arrival in enumerate(arrivals)
    ]  # fmt: skip
