"""A server under load, simulated: how much it can do, and what waiting does to its users.

A `Place` is where the engine runs: what a step costs there, how much room it has for keys and
values, and by how much the recorded lengths are shortened so that they fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lesson_core.errors import LabError
from lesson_core.schema.serving import Batching, Order, Policy, Request, Served, StepRecord
from lesson_core.serve import trace, workload
from lesson_core.serve.simulator import priced, simulate
from lesson_core.serve.workload import Arrival
from lesson_core.theory.step_time import StepPrices

COUNT = 600  # requests of a run: enough for a p99
BURSTS = 0.25  # shape of the gamma law: gaps vary twice as much as in a Poisson process
WINDOW = 5.0  # how long a dynamic batch waits, in limits of TPOT
AT_ONCE = 160  # requests that are there from the beginning when capacity is asked


@dataclass(frozen=True, kw_only=True)
class Place:
    """`slots` are the choices, from few to many; `blocks` the whole pool; limits in seconds."""

    key: str
    title: str
    prices: StepPrices
    slots: tuple[int, ...]
    blocks: int
    tokens: float  # what lengths are multiplied by
    longest: int  # tokens of prompt and answer together
    budget: int
    ttft_s: float
    tpot_s: float


@dataclass(frozen=True)
class Traffic:
    """Requests in order, with gaps of one second on average; a rate divides the times."""

    arrivals: tuple[Arrival, ...]
    left_out: int = 0  # longer than the place can hold

    def at(self, rate: float) -> list[Request]:
        """The same requests at `rate` a second."""
        return requests([replace(a, at_s=a.at_s / rate) for a in self.arrivals])


@dataclass(frozen=True)
class Outcome:
    """A simulated run; `capacity` in requests a second, `rate` what was asked of it."""

    rate: float
    capacity: float
    served: list[Served]
    steps: list[StepRecord]


def traffic(place: Place, source: str, *, bursts: bool, csv: str | None = None) -> Traffic:
    """Lengths of a recording, arriving by a law; `csv` is a recording of the learner's own.

    LabError: whatever the file has to say ("trace_…"); "trace_none_fits" if all are too long.
    """
    if csv is None:
        known = trace.bundled("code" if source == "code" else "conversation")
        recorded = workload.scaled(known, tokens=place.tokens)
    else:
        recorded = trace.parse(csv)
    fitting = [a for a in recorded if a.prompt + a.answer <= place.longest]
    if not fitting:
        shortest = min(a.prompt + a.answer for a in recorded)
        raise LabError("trace_none_fits", shortest=shortest, limit=place.longest)
    chosen = workload.drawn(fitting, min(COUNT, len(fitting)), seed=1)
    spread = workload.at_rate(chosen, 1.0, BURSTS if bursts else 1.0, seed=2)
    return Traffic(tuple(spread), 0 if csv is None else len(recorded) - len(fitting))


def requests(arrivals: Sequence[Arrival]) -> list[Request]:
    """Requests without words: nothing in a simulation reads them."""
    return [
        Request(id=i, prompt=(0,) * a.prompt, new_tokens=a.answer, arrival_s=a.at_s,
                ignore_eos=True)
        for i, a in enumerate(arrivals)
    ]  # fmt: skip


def policy(
    place: Place, *, batching: Batching, order: Order, slots: int, memory: float, chunked: bool
) -> Policy:
    """The rules; `memory` is the share of the pool that may be used."""
    return Policy(
        batching=batching, order=order, max_seqs=slots, chunked=chunked,
        token_budget=max(slots, place.budget), blocks=max(1, int(place.blocks * memory)),
        window_s=WINDOW * place.tpot_s if batching == "dynamic" else 0.0,
    )  # fmt: skip


def capacity(place: Place, rules: Policy, traffic: Traffic) -> float:
    """Requests a second when there is always somebody waiting."""
    waiting = requests([replace(a, at_s=0.0) for a in traffic.arrivals[:AT_ONCE]])
    _, steps = simulate(waiting, rules, priced(place.prices))
    return len(waiting) / steps[-1].end_s


def outcome(place: Place, rules: Policy, traffic: Traffic, load: float) -> Outcome:
    """What happens at a share `load` of the capacity."""
    most = capacity(place, rules, traffic)
    served, steps = simulate(traffic.at(load * most), rules, priced(place.prices))
    return Outcome(load * most, most, served, steps)
