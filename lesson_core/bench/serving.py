"""The serving engine against waiting in line, against static batches, and against llama.cpp.

    --part saturation   64 requests of the conversation trace at once: one at a time, in static
                        batches, continuously; the answers compared token by token
    --part code         the same with the code trace, which is nearly all prefill
    --part chunked      short requests with long prompts among them, at 70 % load: prompts whole in
                        the order of arrival, against pieces of prompts, the shortest first
    --part prefix       a system prompt of 512 tokens that all share, with and without prefix cache
    --part peer         the requests of `saturation` through a llama.cpp server with as many slots

Lengths are the trace's, scaled by one factor so that the longest fits; tokens are random, answers
as long as recorded. What is compared takes turns, who goes first changes every round; a ratio is
taken within a round, then the median. Throughput is output tokens over the time to the last one.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench.apart import Apart
from lesson_core.bench.peers import LlamaCpp
from lesson_core.bench.served import Served, chosen, itl_s, serve, ttft_s
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.serving import Policy, Request
from lesson_core.serve import workload
from lesson_core.serve.trace import Bundled
from lesson_core.speed.build import build
from lesson_core.theory.stats import iqr, quantile

COUNT, SLOTS = 64, 16
NEAR_TIE = 1e-3  # logits
PAUSE_S = 0.3
POOL = 2048  # blocks of 16 tokens: 32,768 tokens, more than any part needs at once
SYSTEM, QUESTION, ANSWER = 512, 32, 16  # tokens, of the prefix part
LONG_EVERY, LONG_PROMPT = 10, 1536
CHUNK = 64  # tokens a step may take beside those that are answered: what bounds the gap
BARS = {
    "continuous_vs_static": 1.5, "continuous_vs_single": 2.5, "ttft_prefix_speedup": 3.0,
    "vs_llama_cpp": 1.0,
}  # fmt: skip
MOST = {"itl_p99_chunked_ratio": 0.6}
POLICIES = {
    "single": Policy(max_seqs=1, blocks=POOL),
    "static": Policy(max_seqs=SLOTS, batching="static", blocks=POOL),
    "continuous": Policy(max_seqs=SLOTS, blocks=POOL),
}


RECIPES = {
    "fp32": Recipe(model=DEFAULT, precision="fp32", compile="fused"),
    "int8": Recipe(model=DEFAULT, precision="int8-dynamic", compile="fused"),
    "int4": Recipe(model=DEFAULT, precision="int4", compile="fused"),
}


class Bench:
    """The models of a run, each built once."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.plain = load(args.folder, dtype=torch.float32, device="cpu")
        self._built: dict[str, Transformer] = {}

    def model(self, precision: str) -> Transformer:
        if precision not in self._built:
            self._built[precision] = build(self.plain, RECIPES[precision])
        return self._built[precision]

    def requests(self, trace: Bundled) -> list[Request]:
        """Of a trace, all there from the beginning."""
        return chosen(trace, COUNT, self.args.longest, self.plain.config.vocab_size)

    def turns(self, sides: dict[str, Callable[[], Served]], rounds: int) -> dict[str, list[Served]]:
        """Each side once per round, in changing order."""
        found: dict[str, list[Served]] = {name: [] for name in sides}
        for index in range(rounds):
            for name in list(sides)[:: 1 if index % 2 == 0 else -1]:
                time.sleep(PAUSE_S)
                found[name].append(sides[name]())
                print(f"  round {index + 1} {name}: {found[name][-1]}", flush=True)
        return found


def saturation(bench: Bench, trace: Bundled = "conversation") -> dict[str, Any]:
    """One at a time, static, continuous."""
    args, asked = bench.args, bench.requests(trace)
    model = bench.model(args.precision)
    serve(model, POLICIES["continuous"], asked[:4])  # warm
    sides = {name: _side(model, policy, asked) for name, policy in POLICIES.items()}
    runs = bench.turns(sides, args.rounds)
    report: dict[str, Any] = {
        f"tok_s_{name}": _spread([run.tok_s for run in found]) for name, found in runs.items()
    }
    for name in ("static", "single"):
        pairs = zip(runs["continuous"], runs[name], strict=True)
        report[f"continuous_vs_{name}"] = round(median(a.tok_s / b.tok_s for a, b in pairs), 3)
    if args.precision == "fp32":
        first = [found[0] for found in runs.values()]
        report["outputs_equal"] = all(
            _same(bench.plain, asked, first[0].answers, other.answers) for other in first[1:]
        )
    return report


def code(bench: Bench) -> dict[str, Any]:
    """The trace where batching buys little."""
    found = saturation(bench, "code")
    return {"code": {key: value for key, value in found.items() if key != "outputs_equal"}}


def chunked(bench: Bench) -> dict[str, Any]:
    """Long prompts among short ones at 70 % of what the engine can take."""
    model, vocab = bench.model(bench.args.load_precision), bench.plain.config.vocab_size
    lengths = [
        workload.Arrival(0.0, *((LONG_PROMPT, 16) if i % LONG_EVERY == 5 else (48, 32)))
        for i in range(bench.args.load_requests)
    ]
    pieces = Policy(max_seqs=SLOTS, token_budget=SLOTS + CHUNK, order="shortest", blocks=POOL)
    whole = Policy(max_seqs=SLOTS, chunked=False, blocks=POOL)
    at_once = workload.requests(lengths[:60], vocab_size=vocab)
    rate = 0.7 * 60 / serve(model, whole, at_once).seconds
    asked = workload.requests(workload.at_rate(lengths, rate, seed=2), vocab_size=vocab)
    sides = {"whole": _side(model, whole, asked), "pieces": _side(model, pieces, asked)}
    runs = bench.turns(sides, 1)
    short = {request.id for request in asked if len(request.prompt) < LONG_PROMPT}
    itl = {name: quantile(itl_s(found[0].log), 0.99) for name, found in runs.items()}
    ttft = {name: quantile(ttft_s(found[0].log, short), 0.99) for name, found in runs.items()}
    return {
        "chunked": {
            "requests_s": round(rate, 2), "itl_p99_ms": _ms(itl), "short_ttft_p99_ms": _ms(ttft),
            "itl_p50_ms": _ms({n: quantile(itl_s(f[0].log), 0.5) for n, f in runs.items()}),
            "n_gaps": len(itl_s(runs["whole"][0].log)), "n_short": len(short),
        },
        "itl_p99_chunked_ratio": round(itl["pieces"] / itl["whole"], 3),
        "short_ttft_p99_ratio": round(ttft["pieces"] / ttft["whole"], 3),
    }  # fmt: skip


def prefix(bench: Bench) -> dict[str, Any]:
    """The same beginning in every prompt: computed once or each time."""
    model, vocab = bench.model(bench.args.precision), bench.plain.config.vocab_size
    lengths = [workload.Arrival(0.0, QUESTION, ANSWER)] * 24
    rate = 1.2 if bench.args.precision == "fp32" else 3.0
    asked = workload.requests(
        workload.at_rate(lengths, rate, seed=4), vocab_size=vocab, shared=SYSTEM
    )
    serve(model, POLICIES["continuous"], [replace(request, arrival_s=0) for request in asked[:2]])
    sides = {
        name: _side(model, replace(POLICIES["continuous"], prefix_cache=on), asked)
        for name, on in (("without", False), ("with", True))
    }
    runs = bench.turns(sides, bench.args.rounds)
    ttft = {
        name: [median(ttft_s(run.log)) for run in found] for name, found in runs.items()
    }  # fmt: skip
    ratios = [a / b for a, b in zip(ttft["without"], ttft["with"], strict=True)]
    return {
        "prefix_ttft_p50_ms": _ms({name: median(values) for name, values in ttft.items()}),
        "ttft_prefix_speedup": round(median(ratios), 3),
    }


def peer(bench: Bench) -> dict[str, Any]:
    """llama.cpp's server, as many slots, the same requests."""
    asked, report, worst = bench.requests("conversation"), {}, []
    prompts = [list(request.prompt) for request in asked]
    lengths = [request.new_tokens for request in asked]
    for precision in bench.args.peer_precisions.split(","):
        model = bench.model(precision)
        theirs = Apart(LlamaCpp, bench.args.folder, precision, bench.args.threads)
        try:
            theirs.serve(prompts[:SLOTS], lengths[:SLOTS], SLOTS)  # warm, both
            serve(model, POLICIES["continuous"], asked[:SLOTS])
            sides: dict[str, Callable[[], Served]] = {
                "ours": _side(model, POLICIES["continuous"], asked),
                "llama.cpp": partial(_theirs, theirs, prompts, lengths),
            }
            runs = bench.turns(sides, bench.args.rounds)
        finally:
            theirs.close()
        pairs = zip(runs["ours"], runs["llama.cpp"], strict=True)
        worst.append(median(a.tok_s / b.tok_s for a, b in pairs))
        report[f"peer_{precision}"] = {
            **{name: _spread([run.tok_s for run in found]) for name, found in runs.items()},
            "ratio": round(worst[-1], 3),
        }
    return {**report, "vs_llama_cpp": round(min(worst), 3)}


def _theirs(there: Apart, prompts: list[list[int]], lengths: list[int]) -> Served:
    return Served(there.serve(prompts, lengths, SLOTS), sum(lengths))


def _side(model: Transformer, policy: Policy, asked: list[Request]) -> Callable[[], Served]:
    return partial(serve, model, policy, asked)


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": round(median(values), 1), "iqr": round(iqr(values), 1), "n": len(values)}


def _ms(seconds: dict[str, float]) -> dict[str, float]:
    return {name: round(value * 1e3, 1) for name, value in seconds.items()}


@torch.inference_mode()
def _same(
    model: Transformer, asked: list[Request], one: dict[int, list[int]], two: dict[int, list[int]]
) -> bool:
    """Equal, or nearly tied where they part."""
    for request in asked:
        left, right = one[request.id], two[request.id]
        split = next((i for i in range(len(left)) if left[i] != right[i]), None)
        if split is not None:
            text = torch.tensor([[*request.prompt, *left[:split]]])
            top = model.last_logits(text, NoCache())[0].topk(2).values
            if float(top[0] - top[1]) >= NEAR_TIE:
                print(f"  request {request.id} parts at token {split}, {float(top[0] - top[1])}")
                return False
    return True


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "saturation": saturation, "code": code, "chunked": chunked, "prefix": prefix, "peer": peer,
}  # fmt: skip


def main() -> int:
    args = _arguments()
    torch.set_num_threads(args.threads)
    bench, report = Bench(args), dict[str, Any]()
    for part in PARTS if args.part == "all" else args.part.split(","):
        print(f"{part}:", flush=True)
        report |= PARTS[part](bench)
    passed = all(report.get(name, bar) >= bar for name, bar in BARS.items())
    passed &= all(report.get(name, bar) <= bar for name, bar in MOST.items())
    passed &= report.get("outputs_equal", True)
    print(json.dumps(report, separators=(",", ":")))
    return 0 if passed else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench serving")
    parser.add_argument("--part", default="all", help=f"all, or of {', '.join(PARTS)}")
    parser.add_argument("--folder", type=Path, default=folder_of(DEFAULT), help="model folder")
    parser.add_argument("--precision", default="fp32", help="of saturation, code and prefix")
    parser.add_argument("--load-precision", default="int8", help="of chunked")
    parser.add_argument("--peer-precisions", default="int8,int4")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--longest", type=int, default=768, help="tokens, prompt and answer")
    parser.add_argument("--load-requests", type=int, default=240)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()
