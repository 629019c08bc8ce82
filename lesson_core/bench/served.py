"""One run of the serving engine, and what a benchmark asks of its log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lesson_core.model.transformer import Transformer
from lesson_core.schema.serving import Policy, Request, StepRecord
from lesson_core.schema.serving import Served as Line
from lesson_core.serve import trace, workload
from lesson_core.serve.engine import Engine, run

Log = tuple[list[Line], list[StepRecord]]


@dataclass(frozen=True)
class Served:
    """All requests answered: how long it took from the first arrival to the last token."""

    seconds: float
    tokens: int
    answers: dict[int, list[int]] = field(default_factory=dict)
    log: Log = ([], [])

    @property
    def tok_s(self) -> float:
        """Output tokens a second."""
        return self.tokens / self.seconds

    def __str__(self) -> str:
        return f"{self.tokens} tokens in {self.seconds:.2f} s, {self.tok_s:.1f} tok/s"


def serve(model: Transformer, policy: Policy, requests: Sequence[Request]) -> Served:
    """A fresh engine under `policy`; requests come at their arrival times."""
    engine = Engine(model, policy)
    start = min(request.arrival_s for request in requests)
    answers: dict[int, list[int]] = {request.id: [] for request in requests}
    for output in run(engine, requests):
        answers[output.id].append(output.token_id)
    end = engine.steps[-1].end_s
    return Served(end - start, sum(map(len, answers.values())), answers, engine.log)


def chosen(name: trace.Bundled, count: int, longest: int, vocab_size: int) -> list[Request]:
    """`count` requests of a trace at once, scaled so that the longest has `longest` tokens."""
    lengths = workload.drawn(trace.bundled(name), count)
    factor = longest / max(one.prompt + one.answer for one in lengths)
    return workload.requests(
        workload.at_once(workload.scaled(lengths, tokens=factor)), vocab_size=vocab_size
    )


def itl_s(log: Log) -> list[float]:
    """Every gap between two tokens of an answer."""
    return [b - a for line in log[0] for a, b in pairwise(line.token_s)]


def ttft_s(log: Log, ids: Collection[int] | None = None) -> list[float]:
    """From arrival to the first token, of these requests or of all."""
    return [
        line.token_s[0] - line.arrival_s
        for line in log[0] if line.token_s and (ids is None or line.id in ids)
    ]  # fmt: skip
