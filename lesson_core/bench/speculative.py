"""Prompt look-up against plain decoding, and a proof that sampling still follows the model's law.

How it is measured. Default model in fp32, batch 1, greedy, chat template, two threads. Each prompt
is answered once unmeasured on both sides; then the sides take turns, who goes first changing every
round. A time is that of the whole answer, prefill included, and of each prompt and side the median
over rounds counts. `lookup_speedup` is the time of all copyable prompts together, plain over
look-up; `per_prompt` has each of them (ratios within a round, then their median), `worst` is the
smallest of those, and `free` the prompt with nothing to copy. `identical`: the same tokens, or up
to a step where the two likeliest lie within 0.001 of each other. `alpha`: accepted over tried
draft tokens. `verify_cost`: a pass over γ + 1 positions in decode steps, measured in between;
`predicted` is what the formula makes of α, γ, that cost and the rounds that had a draft.

`p_value`: answers of three tokens sampled by speculation (the bundled model, its last layer left
out for drafting) against the exact law, χ² over cells that expect at least five. `wrong_p_value`:
the same with a resampler that draws from p instead of what p has and q lacks.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from statistics import median

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.bench.speculative_prompts import COPYABLE, FREE
from lesson_core.clock import now
from lesson_core.generate import speculative_law
from lesson_core.generate.speculative import Round, Verifier, plainly, speculate
from lesson_core.generate.speculative_accept import Resample, residual, target_again
from lesson_core.generate.speculative_draft import EarlyExit, Lookup
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.chi_square import Fit
from lesson_core.theory.speculative import acceptance_rate, expected_tokens
from lesson_core.theory.stats import iqr

NEAR_TIE = 1e-3  # logits
BAR = 1.3
REJECTED = 1e-3
GREEDY = Sampling()
SAMPLED = Sampling(temperature=1.0, top_k=8, seed=1)
LAW_PROMPT, LAW_TOKENS = "The old", 3


@dataclass(frozen=True)
class Answer:
    """One timed answer."""

    rounds: list[Round]

    @property
    def tokens(self) -> list[int]:
        return [token for found in self.rounds for token in found.tokens]

    @property
    def seconds(self) -> float:
        return self.rounds[-1].end_s - self.rounds[0].start_s

    @property
    def decode_s(self) -> float:
        """Without prefill."""
        return self.rounds[-1].end_s - self.rounds[0].end_s


class Sides:
    """Both sides on one model."""

    def __init__(self, model: Transformer, tokenizer: Tokenizer, tokens: int, gamma: int) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.tokens, self.gamma = tokens, gamma

    def cache(self, prompt: list[int]) -> KVCache:
        return KVCache(self.model.config, 1, len(prompt) + self.tokens, torch.float32, "cpu")

    def plain(self, prompt: list[int]) -> Answer:
        rounds = plainly(
            self.model, prompt, new_tokens=self.tokens, sampling=GREEDY, clock=now,
            cache=self.cache(prompt), eos_ids=self.tokenizer.eos_ids,
        )  # fmt: skip
        return Answer(list(rounds))

    def lookup(self, prompt: list[int]) -> Answer:
        rounds = speculate(
            self.model, prompt, new_tokens=self.tokens, sampling=GREEDY, clock=now,
            cache=self.cache(prompt), eos_ids=self.tokenizer.eos_ids,
            drafter=Lookup(), gamma=self.gamma,
        )  # fmt: skip
        return Answer(list(rounds))

    @torch.inference_mode()
    def pass_s(self, prompt: list[int], width: int) -> float:
        """Seconds of one pass over `width` new positions after `prompt`."""
        cache = self.cache(prompt)
        self.model.last_logits(torch.tensor([prompt]), cache)
        verify, ids = Verifier(self.model, cache), torch.tensor([prompt[:width]])
        seconds = []
        for _ in range(4):
            start = now()
            verify(ids)
            seconds.append(now() - start)
            cache.trim(width)
        return median(seconds[1:])

    @torch.inference_mode()
    def identical(self, prompt: list[int], plain: list[int], fast: list[int]) -> bool:
        """The same tokens up to the end or to a near-tie."""
        for step, (one, other) in enumerate(zip(plain, fast, strict=False)):
            if one != other:
                text = torch.tensor([[*prompt, *plain[:step]]])
                top = self.model.last_logits(text, NoCache())[0].topk(2).values
                return float(top[0] - top[1]) < NEAR_TIE
        return len(plain) == len(fast)


Runs = dict[str, list[tuple[Answer, Answer]]]  # per prompt and round: plain, look-up


def main() -> int:
    args = _arguments()
    torch.set_num_threads(args.threads)
    folder = folder_of(DEFAULT)
    tokenizer = Tokenizer.load(folder)
    model = load(folder, dtype=torch.float32, device="cpu")
    sides = Sides(model, tokenizer, args.tokens, args.gamma)
    asked = {**COPYABLE, "free": FREE}
    prompts = {n: tokenizer.chat([{"role": "user", "content": x}]) for n, x in asked.items()}
    runs, costs = measure(sides, prompts, args.rounds)
    report = summary(sides, prompts, runs, median(costs))
    torch.set_num_threads(1)  # a small model's steps are too short to share
    right, wrong = law_test(residual, args.draws), law_test(target_again, args.draws)
    report |= {
        "p_value": round(right.p_value, 4),
        "wrong_p_value": float(f"{wrong.p_value:.2g}"),
        "draws": right.draws,
        "cells": right.cells,
    }
    _print(report, args.threads)
    return 0 if _passes(report) else 1


def measure(sides: Sides, prompts: dict[str, list[int]], rounds: int) -> tuple[Runs, list[float]]:
    """Warm up, then `rounds` interleaved rounds; also the cost of a check in each of them."""
    runs: Runs = {name: [] for name in prompts}
    costs: list[float] = []
    longest = max(prompts.values(), key=len)
    for index in range(-1, rounds):
        for name, prompt in prompts.items():
            if index % 2:
                pair = sides.plain(prompt), sides.lookup(prompt)
            else:
                fast = sides.lookup(prompt)
                pair = sides.plain(prompt), fast
            if index >= 0:
                runs[name].append(pair)
        if index >= 0:
            costs.append(sides.pass_s(longest, sides.gamma + 1) / sides.pass_s(longest, 1))
    return runs, costs


def law_test(resample: Resample, draws: int) -> Fit:
    """χ² of `draws` sampled answers against the exact law, with this resampler."""
    folder = folder_of(FALLBACK)
    model = load(folder, dtype=torch.float32, device="cpu")
    prompt = Tokenizer.load(folder).encode(LAW_PROMPT)
    law = speculative_law.exact(model, prompt, LAW_TOKENS, SAMPLED)
    paths = speculative_law.drawn(
        model, prompt, LAW_TOKENS, SAMPLED, resample=resample,
        drafter=lambda cache, sampling: EarlyExit(model, cache, 1, sampling),
    )  # fmt: skip
    return speculative_law.fit(Counter(islice(paths, draws)), law)


def summary(
    sides: Sides, prompts: dict[str, list[int]], runs: Runs, verify_cost: float
) -> dict[str, object]:
    """The JSON of the last line, but for the law."""
    totals = [sum(median(pair[side].seconds for pair in runs[name]) for name in COPYABLE)
              for side in (0, 1)]  # fmt: skip
    rows = {name: _row(prompts[name], pairs, verify_cost) for name, pairs in runs.items()}
    return {
        "lookup_speedup": round(totals[0] / totals[1], 3),
        "worst": min(float(str(rows[name]["speedup"])) for name in COPYABLE),
        "identical": all(
            sides.identical(prompts[name], plain.tokens, fast.tokens)
            for name, pairs in runs.items()
            for plain, fast in pairs[:1]
        ),
        "alpha": _alpha([pairs[0][1] for name, pairs in runs.items() if name in COPYABLE]),
        "gamma": sides.gamma,
        "verify_cost": round(verify_cost, 2),
        "rounds": len(runs["free"]),
        "free": rows.pop("free"),
        "per_prompt": rows,
    }


def _row(
    prompt: list[int], pairs: list[tuple[Answer, Answer]], verify_cost: float
) -> dict[str, object]:
    ratios = [plain.seconds / fast.seconds for plain, fast in pairs]
    fast = pairs[0][1]
    decode = [plain.decode_s / quick.decode_s for plain, quick in pairs]
    drafted = [found for found in fast.rounds if found.proposed]
    alpha = _alpha([fast])
    return {
        "prompt_len": len(prompt),
        "tokens": len(fast.tokens),
        "passes": len(fast.rounds),
        "drafted": len(drafted),
        "alpha": alpha,
        "speedup": round(median(ratios), 2),
        "iqr": round(iqr(ratios), 2),
        "decode": round(median(decode), 2),
        "predicted": _predicted(fast, alpha, verify_cost),
    }


def _predicted(fast: Answer, alpha: float | None, verify_cost: float) -> float | None:
    """Decode speed-up by the formula: drafted rounds bring E[tokens], the others one each."""
    later = fast.rounds[1:]
    drafted = [found for found in later if found.proposed]
    if alpha is None or not drafted:
        return None
    lengths = [len(found.proposed) for found in drafted]
    plain = len(later) - len(drafted)
    tokens = sum(expected_tokens(alpha, length) for length in lengths) + plain
    widest = max(lengths)  # the cost of a shorter draft lies between one step and a full check
    cost = sum(1 + (verify_cost - 1) * length / widest for length in lengths) + plain
    return round(tokens / cost, 2)


def _alpha(answers: list[Answer]) -> float | None:
    pairs = [(len(r.proposed), r.accepted) for answer in answers for r in answer.rounds]
    alpha = acceptance_rate(pairs)
    return None if alpha is None else round(alpha, 3)


def _passes(report: dict[str, object]) -> bool:
    speedup, right = report["lookup_speedup"], report["p_value"]
    wrong = report["wrong_p_value"]
    assert isinstance(speedup, float) and isinstance(right, float) and isinstance(wrong, float)
    return speedup >= BAR and bool(report["identical"]) and right >= REJECTED and wrong < REJECTED


def _print(report: dict[str, object], threads: int) -> None:
    print(f"{threads} threads, torch {torch.__version__}, γ = {report['gamma']}")
    rows = report["per_prompt"]
    assert isinstance(rows, dict)
    columns = ("prompt_len", "tokens", "passes", "drafted", "alpha", "speedup", "iqr", "decode",
               "predicted")  # fmt: skip
    print(f"{'prompt':10}" + "".join(f"{column:>11}" for column in columns))
    for name, row in {**rows, "free": report["free"]}.items():
        print(f"{name:10}" + "".join(f"{row[column]!s:>11}" for column in columns))
    print(json.dumps(report, separators=(",", ":"), ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench speculative")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--gamma", type=int, default=8)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()
