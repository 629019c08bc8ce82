"""The simulator against the engine: the same requests, predicted and then really served.

`python -m lesson_core.bench simulator [--trace FILE]`. A handful of timed steps gives the cost of
a step (`measure.engine_steps`), two rounds before each workload and two after it, for a shared
machine is not the same a minute later; the simulator serves the workload at that cost, the engine
in real time. Nothing of a
replay goes into a prediction. Loads are shares of the rate that the simulator says the machine
can keep up with. Lengths are those of Azure's 2023 trace, scaled to the machine.

An error is |predicted / measured − 1| of one workload; the JSON line names the worst of all. p95
is that of TTFT and of TPOT, whichever is worse.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.clock import now
from lesson_core.measure.engine_steps import Calibration
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from lesson_core.schema.recipe import Precision, Recipe
from lesson_core.schema.serving import Policy, Request, Served
from lesson_core.serve import trace, workload
from lesson_core.serve.engine import Engine, run
from lesson_core.serve.simulator import priced, simulate
from lesson_core.serve.workload import Arrival
from lesson_core.speed.build import build
from lesson_core.theory import served as summaries
from lesson_core.theory import step_time
from lesson_core.theory.deployment import Deployment
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import architecture
from lesson_core.theory.schemes import named
from lesson_core.theory.served import Summary
from lesson_core.theory.software import CLASSES
from lesson_core.theory.step_time import StepPrices

SERVER = Policy(max_seqs=16, token_budget=256, blocks=1024)
BARS = {"ttft_p50_err": 0.15, "tpot_p50_err": 0.15, "throughput_err": 0.15, "p95_err": 0.25,
        "sim_10k_s": 5.0}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Who asks, under which rules. `load` is a share of what the server can do; 0: all at once."""

    name: str
    lengths: Sequence[Arrival]
    load: float
    policy: Policy = SERVER
    burstiness: float = 1.0
    recorded: bool = False  # keep the recorded gaps, stretched to the load
    shared: int = 0  # tokens of a system prompt before every prompt
    seed: int = 0


@dataclass
class Outcome:
    """One workload, predicted and measured."""

    name: str
    predicted: Summary
    measured: Summary
    errors: dict[str, float] = field(default_factory=dict)


def main() -> int:
    args = _arguments()
    torch.set_num_threads(args.threads)
    model = _model(args.model, args.precision)
    longest = model.config.max_seq_len
    calibration = Calibration(model, SERVER, longest=min(1024, longest))
    cases = [_of_file(args.trace, args.requests)] if args.trace else workloads(args.requests)
    replays: list[tuple[Case, list[Request], list[Served]]] = []
    for case in cases:
        calibration.round()
        calibration.round()
        asked = requests(case, calibration.fitted()[0], model.config.vocab_size)
        replays.append((case, asked, replay(model, case.policy, asked)))
        print(f"replayed: {case.name}", file=sys.stderr, flush=True)
    calibration.round()
    calibration.round()
    off = calibration.fitted()[1]
    print(f"timed steps: {len(off)}, worst {max(map(abs, off)):.0%} off the fitted law")
    around = [calibration.fitted(slice(2 * i, 2 * i + 4))[0] for i in range(len(replays))]
    outcomes = [_compared(*one, prices) for one, prices in zip(replays, around, strict=True)]
    report = _report(outcomes) | {"n_workloads": len(outcomes), "sim_10k_s": sim_10k_s()}
    _print(outcomes)
    print(json.dumps({name: round(value, 4) for name, value in report.items()}))
    return 0 if all(report[name] <= bar for name, bar in BARS.items()) else 1


def workloads(count: int) -> list[Case]:
    """What people do to a server, in small."""
    chats = workload.scaled(trace.bundled("conversation"), tokens=1 / 8)
    code = workload.scaled(trace.bundled("code"), tokens=1 / 8)
    some = workload.drawn(chats, count, seed=1)
    mixed = [Arrival(a.at_s, a.prompt * 4, a.answer) if i % 8 == 3 else a
             for i, a in enumerate(some)]  # fmt: skip
    return [
        Case("chats, half load", some, 0.5),
        Case("chats, 80 % load", workload.drawn(chats, count, seed=2), 0.8, seed=2),
        Case("chats in bursts", some, 0.6, burstiness=0.25, seed=3),
        Case("chats as recorded", workload.window(chats, count, start=5000), 0.6, recorded=True),
        Case("chats at once, static", some, 0.0, Policy(
            batching="static", chunked=False, max_seqs=16, token_budget=256, blocks=1024)),
        Case("code, 60 % load", workload.drawn(code, count, seed=4), 0.6, seed=4),
        Case("long prompts between, shortest first", mixed, 0.7, Policy(
            order="shortest", max_seqs=16, token_budget=128, blocks=1024), seed=5),
        Case("a common system prompt", some, 0.6, Policy(
            prefix_cache=True, max_seqs=16, token_budget=256, blocks=1024), shared=256, seed=6),
        Case("a pool too small, swapping", some, 1.5, Policy(
            preemption="swap", max_seqs=16, token_budget=256, blocks=64), seed=7),
    ]  # fmt: skip


def requests(case: Case, prices: StepPrices, vocab_size: int) -> list[Request]:
    """The requests of a workload, arriving at its share of what the server can do."""
    at_once = workload.at_once(case.lengths)
    if not case.load:
        return workload.requests(at_once, vocab_size=vocab_size, shared=case.shared)
    all_at_once = workload.requests(at_once, vocab_size=vocab_size, shared=case.shared)
    done, _ = simulate(all_at_once, case.policy, priced(prices), keep_steps=False)
    rate = case.load * summaries.summary(done).requests_s
    if case.recorded:
        span = case.lengths[-1].at_s / (len(case.lengths) - 1) * rate
        arrivals = workload.scaled(case.lengths, time=1 / span)
    else:
        arrivals = workload.at_rate(case.lengths, rate, case.burstiness, case.seed)
    return workload.requests(arrivals, vocab_size=vocab_size, shared=case.shared)


def replay(model: Transformer, policy: Policy, asked: Sequence[Request]) -> list[Served]:
    """What the engine really does with them, in real time."""
    engine = Engine(model, policy)
    run(engine, asked)
    return engine.log[0]


def errors(predicted: Summary, measured: Summary) -> dict[str, float]:
    """|predicted / measured − 1| of what is asked for."""
    pairs: dict[str, list[tuple[float | None, float | None]]] = {
        "ttft_p50_err": [(predicted.ttft.p50, measured.ttft.p50)],
        "tpot_p50_err": [(predicted.tpot.p50, measured.tpot.p50)],
        "throughput_err": [(predicted.tokens_s, measured.tokens_s)],
        "p95_err": [(predicted.ttft.p95, measured.ttft.p95),
                    (predicted.tpot.p95, measured.tpot.p95)],
    }  # fmt: skip
    return {
        name: max((abs(a / b - 1) for a, b in values if a is not None and b), default=0.0)
        for name, values in pairs.items()
    }


def sim_10k_s(count: int = 10_000) -> float:
    """Seconds to simulate 10,000 chats of the trace at full length on an 8B model on an H100."""
    scheme = named("bf16", "", packs_head=False)
    assert scheme is not None
    there = Deployment(
        model=architecture("Llama-3.1-8B"), hardware=hardware()["H100 SXM"], cards=1,
        scheme=scheme, software=CLASSES["server"],
    )  # fmt: skip
    chats = workload.at_rate(trace.bundled("conversation")[:count], rate=8.0)
    asked = workload.requests(chats)
    cost = priced(step_time.elsewhere(there))
    start = now()
    done, _ = simulate(asked, Policy(max_seqs=128, token_budget=2048, blocks=25_000), cost)
    assert len(done) == count
    return now() - start


def _compared(
    case: Case, asked: Sequence[Request], really: Sequence[Served], prices: StepPrices
) -> Outcome:
    predicted, _ = simulate(asked, case.policy, priced(prices), keep_steps=False)
    both = summaries.summary(predicted), summaries.summary(really)
    return Outcome(case.name, *both, errors(*both))


def _report(outcomes: Sequence[Outcome]) -> dict[str, float]:
    return {name: max(one.errors[name] for one in outcomes) for name in outcomes[0].errors}


def _print(outcomes: Sequence[Outcome]) -> None:
    """A table: predicted / measured."""

    def ms(of: Callable[[Summary], float | None], one: Outcome) -> str:
        both = (of(one.predicted), of(one.measured))
        return " / ".join("–" if value is None else f"{1e3 * value:.1f}" for value in both)

    print("| workload | TTFT p50, ms | TTFT p95, ms | TPOT p50, ms | TPOT p95, ms | tokens/s "
          "| preempted | worst error |\n|---|--:|--:|--:|--:|--:|--:|--:|")  # fmt: skip
    for one in outcomes:
        cells = [
            one.name, ms(lambda s: s.ttft.p50, one), ms(lambda s: s.ttft.p95, one),
            ms(lambda s: s.tpot.p50, one), ms(lambda s: s.tpot.p95, one),
            f"{one.predicted.tokens_s:.0f} / {one.measured.tokens_s:.0f}",
            f"{one.predicted.preemptions} / {one.measured.preemptions}",
            ", ".join(f"{name.removesuffix('_err')} {value:.0%}" for name, value in
                      one.errors.items()),
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |")


def _of_file(path: Path, count: int) -> Case:
    """Somebody's own trace: its first requests, lengths cut to what the server holds."""
    arrivals = trace.read(path)[:count]
    longest = max(a.prompt + a.answer for a in arrivals)
    small = workload.scaled(arrivals, tokens=min(1.0, 900 / longest))
    if len(small) < 2 or small[-1].at_s == 0:
        return Case(path.name, small, 0.0)
    return Case(path.name, small, 0.6, recorded=True)


def _model(name: str, precision: Precision) -> Transformer:
    plain = load(folder_of(name), dtype=torch.float32, device="cpu")
    return build(plain, Recipe(model=name, precision=precision, compile="fused"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench simulator")
    parser.add_argument("--trace", type=Path, help="a CSV: arrival, prompt, answer")
    parser.add_argument("--requests", type=int, default=60, help="per workload")
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--precision", default="int8", choices=get_args(Precision))
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
