"""Does speculation change what is said? Thousands of short answers against the exact law.

The model's own law of the first few tokens can be written down: multiply its probabilities along
every path. Answers drawn by speculation are then counted path by path, and a χ² test says whether
counts like these come from that law.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from lesson_core.generate.sample import filtered_probs
from lesson_core.generate.speculative import speculate
from lesson_core.generate.speculative_accept import Resample
from lesson_core.generate.speculative_draft import Drafter
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling
from lesson_core.theory import chi_square

Path = tuple[int, ...]


@torch.inference_mode()
def exact(
    model: Transformer, prompt_ids: list[int], tokens: int, sampling: Sampling
) -> dict[Path, float]:
    """The probability of every answer of `tokens` tokens; `top_k` keeps them few."""
    law: dict[Path, float] = {(): 1.0}
    for _ in range(tokens):
        longer: dict[Path, float] = {}
        for path, share in law.items():
            text = torch.tensor([[*prompt_ids, *path]])
            probs = filtered_probs(model.last_logits(text, NoCache())[0], sampling)
            for token in probs.nonzero()[:, 0].tolist():
                longer[(*path, token)] = share * float(probs[token])
        law = longer
    return law


@torch.inference_mode()
def drawn(
    model: Transformer,
    prompt_ids: list[int],
    tokens: int,
    sampling: Sampling,
    *,
    drafter: Callable[[KVCache, Sampling], Drafter],
    resample: Resample,
) -> Iterator[Path]:
    """Answers without end, each drawn by speculation with a seed of its own, counting up."""
    size, weight = len(prompt_ids) + tokens, model.embedding.weight
    while True:
        cache = KVCache(model.config, 1, size, weight.dtype, weight.device.type)
        rounds = speculate(
            model,
            prompt_ids,
            new_tokens=tokens,
            drafter=drafter(cache, sampling),
            gamma=tokens - 1,
            sampling=sampling,
            cache=cache,
            clock=lambda: 0.0,
            resample=resample,
        )
        yield tuple(token for found in rounds for token in found.tokens)
        sampling = replace(sampling, seed=sampling.seed + 2)  # the drafter draws with seed + 1


def fit(paths: Counter[Path], law: dict[Path, float]) -> chi_square.Fit:
    """χ² of the counted answers against the law; one outside the law is impossible: p = 0."""
    every = [*law, *(path for path in paths if path not in law)]
    return chi_square.fit([paths[path] for path in every], [law.get(path, 0.0) for path in every])
