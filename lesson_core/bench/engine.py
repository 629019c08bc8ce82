"""Our engine against the engines that people install: same weights, threads and prompts, greedy.

How it is measured. Each pair, our engine and one peer at one precision, has a process of its own
(`pairs`). Both sides are loaded once and stay loaded, answer each case once unmeasured, then take
turns, who goes first changing every round, with a pause before each run so that nobody's idle
threads are still spinning. Every run starts with an empty cache. A token's time is taken when the
token is known. So

- prefill tok/s = prompt tokens of all sequences / time to the first step, with all before it
  (for `generate` its preparation of cache and masks, for us the setting aside of the cache);
- decode tok/s = sequences / (time of the last step - time of the first) * gaps.

A ratio is ours over theirs within one round, then the median over rounds; the worst prompt
counts. The bound of a decode step is the time to read its bytes, every weight once plus the KV
cache, at the bandwidth measured in the same rounds by summing an array as large as those weights.
`agree` is explained in `agreement`. At int8 our recipe rounds activations in prefill, as both
peers do, and decodes with weights in eight bits only.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench import agreement
from lesson_core.bench.apart import Apart
from lesson_core.bench.pairs import measured, merged
from lesson_core.bench.peers import CTranslate2, LlamaCpp, Transformers
from lesson_core.bench.sides import Ours, Run, Side
from lesson_core.clock import now
from lesson_core.schema.recipe import Recipe
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.stats import iqr

PROMPT_LENGTHS = (32, 512)
NEW_TOKENS, NEW_TOKENS_BATCH = 64, 32
BATCH = 16
PAUSE_S = 0.3
BARS = {
    "decode_fp32.transformers": 1.3, "decode_fp32.ctranslate2": 1.3, "decode_fp32.llama.cpp": 1.05,
    "decode_int8.ctranslate2": 1.1, "decode_int8.llama.cpp": 1.1, "decode_int4.llama.cpp": 1.2,
    "prefill_fp32.transformers": 1.0, "prefill_fp32.ctranslate2": 1.0,
    "prefill_fp32.llama.cpp": 1.0, "prefill_int8.ctranslate2": 1.0, "prefill_int8.llama.cpp": 1.0,
    "prefill_int4.llama.cpp": 1.0, "batch16_fp32.transformers": 1.5,
}  # fmt: skip
PEERS: dict[str, tuple[Any, ...]] = {
    "fp32": (Transformers, CTranslate2, LlamaCpp),
    "int8": (CTranslate2, LlamaCpp),
    "int4": (LlamaCpp,),
}
RECIPES = {
    "fp32": Recipe(model=DEFAULT, precision="fp32", compile="fused"),
    "int8": Recipe(model=DEFAULT, precision="int8-dynamic", compile="fused"),
    "int4": Recipe(model=DEFAULT, precision="int4", compile="fused"),
}

TEXT = """A language model reads a text and says which word comes next. It was trained on more
pages than anyone could read in a thousand years, and all it kept are numbers: a hundred million
weights here, a hundred billion elsewhere. To answer, it first reads the whole question at once,
which keeps the arithmetic units busy. Then it writes, one token after another, and for each token
it has to fetch every single weight from memory again. That is why the length of the answer costs
more than the length of the question, and why a machine with twice the bandwidth writes twice as
fast while one with twice the arithmetic hardly writes faster at all. A cook who must walk to the
cellar for every pinch of salt is not helped by a sharper knife. """

Case = tuple[int, int]  # prompt length, batch
Key = tuple[str, int, int]  # side, prompt length, batch
Runs = dict[Key, list[Run]]


def main() -> int:
    args = _arguments()
    if args.peers:
        report = _pair(args)
    else:
        wanted = [(p, kind.name) for p in args.precisions.split(",") for kind in PEERS[p]]
        report = merged({pair: measured(*pair, args) for pair in wanted})
    _print(report, args.threads)
    return 0 if _passes(report) else 1


def _pair(args: argparse.Namespace) -> dict[str, Any]:
    """Ours and the peers named in `args`, in this process."""
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.load(args.folder)
    report: dict[str, Any] = {
        name: {} for name in ("ratios", "bound_fraction", "agree", "bandwidth_gb_s")
    }
    report["rows"] = []
    for precision in args.precisions.split(","):
        sides = _sides(args, precision)
        cases = [(n, 1) for n in PROMPT_LENGTHS]
        runs, bandwidth = measure(sides, cases, args.rounds, tokenizer)
        ours = sides[0]
        assert isinstance(ours, Ours)
        _add(report, precision, ours, runs, bandwidth)
        print(f"{precision}: {json.dumps(report['ratios'])}", flush=True)
        report["agree"][precision] = _agree(args, sides, runs, tokenizer)
        if precision == "fp32" and args.batch_rounds:
            pair = [side for side in sides if side.name in ("ours", "transformers")]
            many, _ = measure(
                pair, [(n, BATCH) for n in PROMPT_LENGTHS], args.batch_rounds, tokenizer
            )
            report["rows"] += rows(precision, many)
            worst = min(ratio(many, "transformers", n, BATCH, "decode_s") for n in PROMPT_LENGTHS)
            report["ratios"]["batch16_fp32"] = {"transformers": worst}
        del sides, ours
    return report


def _sides(args: argparse.Namespace, precision: str, folder: Path | None = None) -> list[Side]:
    folder = folder or args.folder
    peers: list[Side] = [
        Apart(kind, folder, precision, args.threads) for kind in PEERS[precision]
        if not args.peers or kind.name in args.peers.split(",")
    ]  # fmt: skip
    return [Ours(folder, precision, RECIPES[precision]), *peers]


def measure(
    sides: list[Side], cases: list[Case], rounds: int, tokenizer: Tokenizer
) -> tuple[Runs, list[float]]:
    """Warm up, then `rounds` interleaved rounds; also the read bandwidth of each round, B/s."""
    runs: Runs = {(side.name, *case): [] for side in sides for case in cases}
    ours = sides[0]
    assert isinstance(ours, Ours)
    buffer, bandwidth = torch.ones(ours.read_bytes // 4), list[float]()
    for index in range(-1, rounds):
        for length, batch in cases:
            prompts = [_prompt(tokenizer, length, shift) for shift in range(batch)]
            for side in sides if index % 2 else sides[::-1]:
                time.sleep(PAUSE_S)
                run = side.run(prompts, NEW_TOKENS if batch == 1 else NEW_TOKENS_BATCH)
                if index >= 0:
                    runs[side.name, length, batch].append(run)
        time.sleep(PAUSE_S)
        fastest = max(_read(buffer) for _ in range(3))
        if index >= 0:
            bandwidth.append(fastest)
    return runs, bandwidth


def _read(buffer: torch.Tensor) -> float:
    """Bytes per second of one sweep over `buffer`."""
    start = now()
    buffer.sum()
    return buffer.nbytes / (now() - start)


def _add(
    report: dict[str, Any], precision: str, ours: Ours, runs: Runs, bandwidth: list[float]
) -> None:
    report["rows"] += rows(precision, runs)
    peers = {name for name, _, _ in runs} - {"ours"}
    for phase in ("decode", "prefill"):
        report["ratios"][f"{phase}_{precision}"] = {
            peer: min(ratio(runs, peer, n, 1, f"{phase}_s") for n in PROMPT_LENGTHS)
            for peer in sorted(peers)
        }
    report["bound_fraction"][precision] = bound_fraction(ours, runs, bandwidth)
    report["bandwidth_gb_s"][precision] = round(median(bandwidth) / 1e9, 2)


def rows(precision: str, runs: Runs) -> list[dict[str, object]]:
    """One row per side, phase and case."""
    found: list[dict[str, object]] = []
    for (side, length, batch), samples in runs.items():
        speeds = {
            "prefill": [batch * length / run.prefill_s for run in samples],
            "decode": [batch / run.decode_s for run in samples],
        }
        for phase, values in speeds.items():
            found.append({
                "side": side, "precision": precision, "phase": phase, "prompt_len": length,
                "batch": batch, "tok_s": round(median(values), 2), "n": len(values),
                "iqr": round(iqr(values), 2),
            })  # fmt: skip
    return found


def ratio(runs: Runs, peer: str, length: int, batch: int, quantity: str) -> float:
    """Theirs over ours in seconds, paired by round, the median."""
    pairs = zip(runs["ours", length, batch], runs[peer, length, batch], strict=True)
    ratios = [getattr(theirs, quantity) / getattr(own, quantity) for own, theirs in pairs]
    return float(round(median(ratios), 3))


def bound_fraction(ours: Ours, runs: Runs, bandwidth: list[float]) -> float:
    """The part of the bandwidth bound that decoding reaches; the worst over prompts."""
    fractions: list[float] = []
    for length in PROMPT_LENGTHS:
        step_bytes = ours.read_bytes + ours.kv_row_bytes * (length + NEW_TOKENS / 2)
        step_s = median(run.decode_s for run in runs["ours", length, 1])
        fractions.append(step_bytes / median(bandwidth) / step_s)
    return round(min(fractions), 3)


def _agree(args: argparse.Namespace, sides: list[Side], runs: Runs, tokenizer: Tokenizer) -> bool:
    ours, *peers = sides
    assert isinstance(ours, Ours)
    if ours.precision == "fp32":
        return all(
            agreement.same_tokens(
                ours, prompt, runs["ours", length, 1][0].tokens,
                _tokens(side, runs, prompt), tokenizer.eos_ids,
            )
            for length in PROMPT_LENGTHS
            for prompt in [_prompt(tokenizer, length)]
            for side in peers
        )  # fmt: skip
    pieces = agreement.pieces()
    small = _sides(args, ours.precision, folder_of(agreement.MODEL))
    found = agreement.perplexities(small, pieces)
    print(f"perplexity at {ours.precision}: {found}")
    return all(found["ours"] <= agreement.WORSE * found[side.name] for side in small)


def _tokens(side: Side, runs: Runs, prompt: list[int]) -> tuple[int, ...]:
    told = runs[side.name, len(prompt), 1][0].tokens
    if side.name != LlamaCpp.name:  # its timed run tells no tokens: it is asked for them apart
        return told
    assert isinstance(side, Apart | LlamaCpp)
    return side.tokens(prompt, NEW_TOKENS)


def _prompt(tokenizer: Tokenizer, length: int, shift: int = 0) -> list[int]:
    ids = tokenizer.encode(" ".join(TEXT.split()) + " ")
    return (ids * (length // len(ids) + 2))[shift : shift + length]


def _passes(report: dict[str, Any]) -> bool:
    ratios = {f"{of}.{peer}": r for of, by in report["ratios"].items() for peer, r in by.items()}
    return all(report["agree"].values()) and all(r >= BARS[name] for name, r in ratios.items())


def _print(report: dict[str, Any], threads: int) -> None:
    print(f"{threads} threads, torch {torch.__version__}, read GB/s: {report['bandwidth_gb_s']}")
    print(f"{'side':14}{'precision':11}{'phase':9}{'prompt':>7}{'batch':>6}{'tok/s':>10}{'IQR':>9}"
          f"{'n':>4}")  # fmt: skip
    order = sorted(report["rows"], key=lambda r: (r["precision"], r["phase"], r["batch"],
                                                  r["prompt_len"], r["side"]))  # fmt: skip
    for row in order:
        print(
            f"{row['side']:14}{row['precision']:11}{row['phase']:9}{row['prompt_len']:7}"
            f"{row['batch']:6}{row['tok_s']:10.2f}{row['iqr']:9.2f}{row['n']:4}"
        )
    for name in ("ratios", "bound_fraction", "agree"):
        print(f"{name}: {report[name]}")
    print(json.dumps(report, separators=(",", ":")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench engine")
    parser.add_argument("--folder", type=Path, default=folder_of(DEFAULT), help="model folder")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batch-rounds", type=int, default=3, help="of batch 16; 0 leaves it out")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precisions", default="fp32,int8,int4")
    parser.add_argument(
        "--peers", default="", help="in this process, by name; if empty all, one process each"
    )
    return parser.parse_args()
