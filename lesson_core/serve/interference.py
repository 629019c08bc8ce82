"""A long prompt among requests that are writing: what it does to them, seen through the scheduler.

Some requests write. Once all of them do, one more arrives with a long prompt, on the same machine
whole or in chunks, or with prefill on a machine of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lesson_core.schema.serving import Policy, Request, Served
from lesson_core.serve import disaggregated
from lesson_core.serve.simulator import priced, simulate
from lesson_core.theory.disaggregation import Gap, Others
from lesson_core.theory.step_time import StepPrices

WAYS = ("whole", "chunked", "apart")
LONG, SHORT = 640, 24  # answer tokens of the others, who outlast the scene, and of the newcomer
SETTLED = 8  # tokens that everybody has written when the newcomer arrives

Server = Callable[[Sequence[Request]], list[Served]]


@dataclass(frozen=True)
class Scene:
    """`gaps`: from which token of one of the others to its next, in seconds since the newcomer
    arrived."""

    gaps: list[tuple[float, float]]
    found: Gap


def server(way: str, prices: StepPrices, budget: int, travel_s: Callable[[int], float]) -> Server:
    """One of `WAYS`, with `budget` tokens a step."""
    policy = Policy(max_seqs=min(budget, 512), token_budget=budget, chunked=way == "chunked",
                    blocks=1_000_000)  # fmt: skip
    if way == "apart":
        return lambda requests: disaggregated.apart(requests, policy, prices, travel_s)[0]
    return lambda requests: simulate(requests, policy, priced(prices), keep_steps=False)[0]


def scene(serve: Server, others: Others, prompt: int) -> Scene:
    """What the others and the newcomer see."""
    writing = [_request(i, others.context, LONG) for i in range(others.count)]
    alone = serve(writing)
    quiet, start = (max(one.token_s[n] for one in alone) for n in (0, SETTLED))
    new = replace(_request(others.count, prompt, SHORT), arrival_s=start)
    served = {one.id: one.token_s for one in serve([*writing, new])}
    mine = served[new.id]
    seen = [at - start for at in served[0] if quiet <= at <= mine[-1]]
    gaps = list(pairwise(seen))
    longest = max(until - since for since, until in gaps if until > 0)
    return Scene(gaps, Gap(longest, mine[0] - start, mine[1] - mine[0]))


def _request(id: int, prompt: int, answer: int) -> Request:
    return Request(id=id, prompt=(0,) * prompt, new_tokens=answer, ignore_eos=True)
