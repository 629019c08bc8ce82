"""What each request is answered when it is alone: the truth that every engine is held to."""

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import torch

from lesson_core.generate.sample import Sampler
from lesson_core.model.cache import ConcatCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.sampling import Sampling
from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.engine import Engine, StepOutput, run
from tests.model.tiny import tiny_model

NEAR_TIE = 1e-3  # logits
Answers = dict[tuple[int, int], list[int]]
"""(request id, sample) → its tokens."""
GPT2 = {"model_type": "gpt2", "n_embd": 24, "n_layer": 2, "n_head": 6, "n_positions": 64,
        "layer_norm_epsilon": 1e-5}  # fmt: skip
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {}, "qwen3": {"model_type": "qwen3", "head_dim": 8}, "gpt2": GPT2,
}  # fmt: skip
POLICIES: dict[str, dict[str, Any]] = {
    "continuous": {},
    "static": {"batching": "static"},
    "dynamic": {"batching": "dynamic", "window_s": 0.05},
    "prompts whole": {"chunked": False},
    "small pieces": {"token_budget": 7, "block_size": 3, "blocks": 90},
    "recompute": {"blocks": 11, "block_size": 4},
    "swap": {"blocks": 11, "block_size": 4, "preemption": "swap"},
    "prefixes": {"prefix_cache": True, "block_size": 4, "blocks": 60},
    "prefixes, evicted": {"prefix_cache": True, "block_size": 4, "blocks": 12},
    "shortest": {"order": "shortest"},
}


def family(name: str) -> Transformer:
    """A random model in fp64 whose next token depends on all it has read."""
    model = tiny_model(**{"max_position_embeddings": 64} | FAMILIES[name]).double()
    for key, parameter in model.named_parameters():
        plain = key.endswith(("bias", "norm.weight"))
        parameter.normal_(mean=1.0 if plain else 0.0, std=0.5)
    return model


def requests(vocab_size: int, count: int = 14, longest: int = 20, seed: int = 3) -> list[Request]:
    """Random lengths and arrivals; some share a beginning, some ask for two answers."""
    draw = random.Random(seed)
    shared = draw.choices(range(vocab_size), k=longest)
    made = []
    for id in range(count):
        own = draw.choices(range(vocab_size), k=draw.randint(1, longest))
        prompt = shared[: draw.choice((0, 0, 9, 13))] + own
        sampling = Sampling(temperature=1.5, top_k=9, seed=id) if id % 3 == 2 else None
        made.append(Request(
            id=id, prompt=tuple(prompt[:longest]), new_tokens=draw.randint(1, 12),
            arrival_s=draw.random(), samples=draw.choice((1, 1, 2)), sampling=sampling,
        ))  # fmt: skip
    return made


def served(model: Transformer, policy: dict[str, Any], asked: Iterable[Request]) -> Answers:
    """The answers of an engine whose clock ticks a hundredth of a second with each look at it."""
    return by_answer(run(engine(model, policy), asked))


def engine(model: Transformer, policy: dict[str, Any], **more: Any) -> Engine:
    ticks = iter(range(10**9))
    rules = Policy(**{"max_seqs": 5, "blocks": 40} | policy)
    return Engine(model, rules, clock=lambda: next(ticks) / 100, **more)


def by_answer(outputs: Iterable[StepOutput]) -> Answers:
    found: Answers = {}
    for output in outputs:
        found.setdefault((output.id, output.sample), []).append(output.token_id)
    return found


def alone(model: Transformer, asked: Iterable[Request]) -> Answers:
    return {
        (request.id, sample): answer_alone(model, request, sample)
        for request in asked for sample in range(request.samples)
    }  # fmt: skip


@torch.inference_mode()
def answer_alone(model: Transformer, request: Request, sample: int = 0) -> list[int]:
    """One sequence, one token after the other."""
    sampling = request.sampling or Sampling()
    sampler = Sampler(replace(sampling, seed=sampling.seed + sample))
    cache, ids, answer = ConcatCache(), list(request.prompt), []
    while len(answer) < request.new_tokens:
        answer.append(sampler(model.last_logits(torch.tensor([ids]), cache)[0]))
        ids = answer[-1:]
    return answer


def same_but_for_near_ties(model: Transformer, asked: Iterable[Request], found: Answers) -> bool:
    """Greedy answers, equal up to a step where the two likeliest tokens are nearly tied."""
    return all(
        _same(model, request, answer_alone(model, request), found[request.id, sample])
        for request in asked for sample in range(request.samples)
    )  # fmt: skip


def _same(model: Transformer, request: Request, expected: list[int], answer: list[int]) -> bool:
    if len(expected) != len(answer):
        return False
    pairs = enumerate(zip(expected, answer, strict=True))
    split = next((i for i, (right, ours) in pairs if right != ours), None)
    if split is None:
        return True
    text = torch.tensor([[*request.prompt, *expected[:split]]])
    with torch.inference_mode():
        top = model.last_logits(text, NoCache())[0].topk(2).values
    return float(top[0] - top[1]) < NEAR_TIE
