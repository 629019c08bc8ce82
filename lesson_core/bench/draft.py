"""The ladder's draft before the default model: how often it is right, and what that brings.

Default model in fp32, greedy, chat template, one sequence. Each prompt is answered plainly and by
speculation with γ draft tokens, in turns, after one unmeasured answer on both sides; a time is that
of the answer without its prefill, and per prompt the median over rounds counts. `alpha`: accepted
over tried draft tokens, all prompts together. `draft_cost`, `verify_cost`: a draft token and a pass
over γ + 1 positions in decode steps, both measured inside the runs. `predicted` is the formula of
Leviathan et al. with these; `best_gamma` the γ up to 8 that it likes best, 0 if none pays.
"""

import argparse
import json
from statistics import median

import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench.speculative import Answer
from lesson_core.bench.speculative_prompts import COPYABLE, FREE
from lesson_core.clock import now
from lesson_core.generate.speculative import plainly, speculate
from lesson_core.generate.speculative_draft import DraftModel
from lesson_core.generate.speculative_subset import Subset, SubsetDraft
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.speculative import acceptance_rate, best_gamma, speed_up

DRAFT = "ladder-draft"
GREEDY = Sampling()
ASKED = {
    "cat": FREE,
    "sky": "Why is the sky blue? Answer in two sentences.",
    "bees": "What is the difference between a bee and a butterfly?",
    "tea": "How do I make a cup of tea?",
    "bread": "Explain to a child why bread rises in the oven.",
    "letter": "Write a short letter to a friend who has moved to another city.",
}
"""Questions with nothing to copy; what look-up cannot help with."""


class Sides:
    """The model alone, and with its draft."""

    def __init__(self, model: Transformer, draft: Transformer, subset: Subset, tokens: int) -> None:
        self.model, self.draft, self.subset, self.tokens = model, draft, subset, tokens

    def room(self, model: Transformer, prompt: list[int]) -> KVCache:
        return KVCache(model.config, 1, len(prompt) + self.tokens, torch.float32, "cpu")

    def plain(self, prompt: list[int], eos: tuple[int, ...]) -> Answer:
        rounds = plainly(
            self.model, prompt, new_tokens=self.tokens, sampling=GREEDY, clock=now,
            cache=self.room(self.model, prompt), eos_ids=eos,
        )  # fmt: skip
        return Answer(list(rounds))

    def drafted(self, prompt: list[int], eos: tuple[int, ...], gamma: int) -> Answer:
        small = DraftModel(self.draft, self.room(self.draft, prompt), GREEDY)
        rounds = speculate(
            self.model, prompt, new_tokens=self.tokens, sampling=GREEDY, clock=now,
            cache=self.room(self.model, prompt), eos_ids=eos,
            drafter=SubsetDraft(small, self.subset), gamma=gamma,
        )  # fmt: skip
        return Answer(list(rounds))


def alpha(answers: list[Answer]) -> float:
    """Accepted over tried draft tokens."""
    pairs = [(len(r.proposed), r.accepted) for answer in answers for r in answer.rounds]
    return round(acceptance_rate(pairs) or 0.0, 3)


def costs(pairs: list[tuple[Answer, Answer]], gamma: int) -> tuple[float, float]:
    """A draft token and a check of γ + 1 positions, in plain decode steps."""
    step = median(r.end_s - r.start_s for plain, _ in pairs for r in plain.rounds[1:])
    whole = [r for _, fast in pairs for r in fast.rounds[2:] if len(r.proposed) == gamma]
    return (
        median(r.drafted_s - r.start_s for r in whole) / gamma / step,
        median(r.end_s - r.drafted_s for r in whole) / step,
    )


def report(runs: dict[str, list[tuple[Answer, Answer]]], gamma: int) -> dict[str, object]:
    """The JSON of the last line."""
    every = [pair for pairs in runs.values() for pair in pairs]
    draft_cost, verify_cost = costs(every, gamma)
    found = alpha([pairs[0][1] for pairs in runs.values()])
    totals = [sum(median(p[side].decode_s for p in pairs) for pairs in runs.values())
              for side in (0, 1)]  # fmt: skip
    return {
        "alpha": found,
        "gamma": gamma,
        "draft_cost": round(draft_cost, 3),
        "verify_cost": round(verify_cost, 2),
        "speedup": round(totals[0] / totals[1], 3),
        "predicted": round(speed_up(found, gamma, draft_cost, verify_cost), 3),
        "best_gamma": best_gamma(
            found, draft_cost, range(1, 9), lambda g: 1 + (verify_cost - 1) * g / gamma
        ),
        "identical": sum(p.tokens == f.tokens for (p, f), *_ in runs.values()),
        "prompts": len(runs),
        "per_prompt": {
            name: {
                "alpha": alpha([pairs[0][1]]),
                "speedup": round(median(p.decode_s / f.decode_s for p, f in pairs), 2),
            }
            for name, pairs in runs.items()
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench draft", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--gamma", type=int, default=4)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tokenizer = Tokenizer.load(folder_of(DEFAULT))
    model = load(folder_of(DEFAULT), dtype=torch.float32, device="cpu")
    draft = load(folder_of(DRAFT), dtype=torch.float32, device="cpu")
    subset = Subset.load(folder_of(DRAFT), model.config.vocab_size)
    sides = Sides(model, draft, subset, args.tokens)
    runs: dict[str, list[tuple[Answer, Answer]]] = {}
    for name, text in {**COPYABLE, **ASKED}.items():
        prompt = tokenizer.chat([{"role": "user", "content": text}])
        pairs = [
            (sides.plain(prompt, tokenizer.eos_ids),
             sides.drafted(prompt, tokenizer.eos_ids, args.gamma))
            for _ in range(args.rounds + 1)
        ]  # fmt: skip
        runs[name] = pairs[1:]
    print(json.dumps(report(runs, args.gamma), separators=(",", ":")))
    return 0
