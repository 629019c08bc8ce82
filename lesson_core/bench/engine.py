"""Our engine against Hugging Face `generate`: same weights, threads and prompt, batch 1, greedy.

How it is measured. Both models are loaded once and stay loaded; each answers each prompt once
unmeasured. Then they take turns, who goes first changing every round. Every run starts with an
empty cache and makes 64 tokens. A token's time is taken when the token is known: ours after
`argmax`, theirs when `generate` hands it to its streamer. So

- prefill tok/s = prompt length / time to the first token, with all that comes before it
  (for `generate` its preparation of cache and masks, for us the setting aside of the cache);
- decode tok/s = 63 / (time of the last token - time of the first).

A ratio is ours over theirs within one round, then the median over rounds; the worst prompt
counts. The bound of a decode step is the time to read its bytes, every weight once plus the KV
cache, at the bandwidth measured in the same rounds by summing an array as large as those weights.
`agree`: the tokens are the same up to the end of text, or up to a step where our two likeliest
tokens lie within 0.001 of each other. bf16 has no peer here and agrees with the fp32 peer where
rounding allows; its margin is bf16's own resolution.
"""

import argparse
import json
from pathlib import Path
from statistics import median

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench.sides import Ours, Run, Side, Transformers
from lesson_core.clock import now
from lesson_core.model.device import DTYPES
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.stats import iqr

PROMPT_LENGTHS = (32, 512)
NEW_TOKENS = 64
NEAR_TIE = {"fp32": 1e-3, "bf16": 0.25}
BARS = {"decode_fp32.transformers": 1.3, "prefill_fp32.transformers": 1.0}

TEXT = """A language model reads a text and says which word comes next. It was trained on more
pages than anyone could read in a thousand years, and all it kept are numbers: a hundred million
weights here, a hundred billion elsewhere. To answer, it first reads the whole question at once,
which keeps the arithmetic units busy. Then it writes, one token after another, and for each token
it has to fetch every single weight from memory again. That is why the length of the answer costs
more than the length of the question, and why a machine with twice the bandwidth writes twice as
fast while one with twice the arithmetic hardly writes faster at all. A cook who must walk to the
cellar for every pinch of salt is not helped by a sharper knife. """

Key = tuple[str, str, int]  # side, precision, prompt length
Runs = dict[Key, list[Run]]
Bandwidth = dict[str, list[float]]  # per precision, bytes per second of each round


def main() -> int:
    args = _arguments()
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.load(args.folder)
    prompts = {n: _prompt(tokenizer, n) for n in PROMPT_LENGTHS}
    peer = Transformers(args.folder, "fp32", torch.float32)
    ours = [Ours(args.folder, name, DTYPES[name]) for name in args.precisions.split(",")]
    runs, bandwidth = measure([*ours, peer], prompts, args.rounds)
    report = summary(ours, runs, bandwidth, prompts, tokenizer.eos_ids)
    _print(report, args.threads)
    return 0 if _passes(report) else 1


def measure(
    sides: list[Side], prompts: dict[int, list[int]], rounds: int
) -> tuple[Runs, Bandwidth]:
    """Warm up, then `rounds` interleaved rounds; also the read bandwidth of each round, B/s."""
    runs: Runs = {(s.name, s.precision, n): [] for s in sides for n in prompts}
    buffers = {s.precision: torch.ones(s.weight_bytes // 4) for s in sides if isinstance(s, Ours)}
    bandwidth: Bandwidth = {precision: [] for precision in buffers}
    for index in range(-1, rounds):
        order = sides if index % 2 else sides[::-1]
        for length, prompt in prompts.items():
            for side in order:
                run = side.run(prompt, NEW_TOKENS)
                if index >= 0:
                    runs[side.name, side.precision, length].append(run)
        for precision, buffer in buffers.items():
            fastest = max(_read(buffer) for _ in range(3))
            if index >= 0:
                bandwidth[precision].append(fastest)
    return runs, bandwidth


def _read(buffer: torch.Tensor) -> float:
    """Bytes per second of one sweep over `buffer`."""
    start = now()
    buffer.sum()
    return buffer.nbytes / (now() - start)


def summary(
    ours: list[Ours],
    runs: Runs,
    bandwidth: Bandwidth,
    prompts: dict[int, list[int]],
    eos_ids: tuple[int, ...],
) -> dict[str, object]:
    """The JSON of the last line."""
    return {
        "rows": [row for key, samples in runs.items() for row in _rows(key, samples)],
        "ratios": {
            "decode_fp32.transformers": min(_ratio(runs, n, "decode_s") for n in prompts),
            "prefill_fp32.transformers": min(_ratio(runs, n, "prefill_s") for n in prompts),
        },
        "bound_fraction": {
            side.precision: round(_bound_fraction(side, runs, bandwidth, prompts), 3)
            for side in ours
        },
        "agree": {
            side.precision: all(_agree(side, runs, n, prompts[n], eos_ids) for n in prompts)
            for side in ours
        },
        "bandwidth_gb_s": {name: round(median(b) / 1e9, 2) for name, b in bandwidth.items()},
    }


def _rows(key: Key, samples: list[Run]) -> list[dict[str, object]]:
    side, precision, length = key
    speeds = {
        "prefill": [length / run.prefill_s for run in samples],
        "decode": [1 / run.decode_s for run in samples],
    }
    return [
        {
            "side": side,
            "precision": precision,
            "phase": phase,
            "prompt_len": length,
            "batch": 1,
            "tok_s": round(median(values), 2),
            "n": len(values),
            "iqr": round(iqr(values), 2),
        }
        for phase, values in speeds.items()
    ]


def _ratio(runs: Runs, length: int, quantity: str) -> float:
    pairs = zip(runs["ours", "fp32", length], runs["transformers", "fp32", length], strict=True)
    ratios = [getattr(theirs, quantity) / getattr(own, quantity) for own, theirs in pairs]
    return float(round(median(ratios), 3))


def _bound_fraction(
    side: Ours, runs: Runs, bandwidth: Bandwidth, prompts: dict[int, list[int]]
) -> float:
    """The part of the bandwidth bound that decoding reaches; the worst over prompts."""
    config = side.model.config
    row = 2 * config.n_layers * config.n_kv_heads * config.d_head * side.dtype.itemsize
    fractions: list[float] = []
    for length in prompts:
        step_bytes = side.weight_bytes + row * (length + NEW_TOKENS / 2)
        step_s = median(run.decode_s for run in runs["ours", side.precision, length])
        fractions.append(step_bytes / median(bandwidth[side.precision]) / step_s)
    return min(fractions)


def _agree(
    side: Ours, runs: Runs, length: int, prompt: list[int], eos_ids: tuple[int, ...]
) -> bool:
    own = runs["ours", side.precision, length][0].tokens
    theirs = runs["transformers", "fp32", length][0].tokens
    for step, (ours, peer) in enumerate(zip(own, theirs, strict=True)):
        if ours != peer:
            return side.margin([*prompt, *own[:step]]) < NEAR_TIE[side.precision]
        if ours in eos_ids:
            break
    return True


def _prompt(tokenizer: Tokenizer, length: int) -> list[int]:
    ids = tokenizer.encode(" ".join(TEXT.split()) + " ")
    return (ids * (length // len(ids) + 1))[:length]


def _passes(report: dict[str, object]) -> bool:
    ratios, agree = report["ratios"], report["agree"]
    assert isinstance(ratios, dict) and isinstance(agree, dict)
    return agree["fp32"] and all(ratios[name] >= bar for name, bar in BARS.items())


def _print(report: dict[str, object], threads: int) -> None:
    print(f"{threads} threads, torch {torch.__version__}, read GB/s: {report['bandwidth_gb_s']}")
    print(f"{'side':14}{'precision':11}{'phase':9}{'prompt':>7}{'tok/s':>10}{'IQR':>9}{'n':>4}")
    rows = report["rows"]
    assert isinstance(rows, list)
    for row in sorted(rows, key=lambda r: (r["phase"], r["prompt_len"], r["side"])):
        print(
            f"{row['side']:14}{row['precision']:11}{row['phase']:9}{row['prompt_len']:7}"
            f"{row['tok_s']:10.2f}{row['iqr']:9.2f}{row['n']:4}"
        )
    for name in ("ratios", "bound_fraction", "agree"):
        print(f"{name}: {report[name]}")
    print(json.dumps(report, separators=(",", ":")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench engine")
    parser.add_argument("--folder", type=Path, default=folder_of(DEFAULT), help="model folder")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precisions", default="fp32,bf16", help="ours; fp32 comes first")
    return parser.parse_args()
