"""Speculative decoding: guess some tokens cheaply, then read them all in one pass.

A decode step waits for the weights, and the weights can serve several positions at once. So a
drafter proposes γ tokens, the model reads them together, and its logits say for each of them
whether it stays. What was rejected is trimmed from the cache. The slow twin is `decode.generate`:
greedy answers are the same up to near-ties, sampled ones follow the same law.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.generate import flat_many
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import Sampler, filtered_probs
from lesson_core.generate.speculative_accept import (
    Resample,
    Verdict,
    accept,
    accept_greedy,
    certain,
    residual,
)
from lesson_core.generate.speculative_draft import Draft, Drafter
from lesson_core.model.cache import Cache, KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer


@dataclass(frozen=True, kw_only=True)
class Round:
    """One draft and its check. The first round is prefill: nothing proposed, one token.

    `tokens` are those the text grew by: `accepted` of the proposed ones, then the model's own,
    unless an end of text among them came first. Times are the clock's.
    """

    proposed: list[int]
    accepted: int
    tokens: list[int]
    start_s: float
    drafted_s: float  # when the draft was there
    end_s: float


class Verifier:
    """One pass of the model over a few positions of one text, as fast as they can be had."""

    def __init__(self, model: Transformer, cache: Cache) -> None:
        self.model, self.cache = model, cache
        self._bound = flat_many.bind(model, cache) if isinstance(cache, KVCache) else None

    @torch.inference_mode()
    def __call__(self, token_ids: Tensor) -> Tensor:
        """Logits after each of the tokens [1, T]: [T, vocab_size]."""
        if token_ids.shape[1] == 1:
            return decode_one_token(self.model, token_ids, self.cache)
        if self._bound and isinstance(self.cache, KVCache) and token_ids.shape[1] <= flat_many.MOST:
            return flat_many.step(self._bound, token_ids, self.cache)[0]
        logits: Tensor = self.model(token_ids, self.cache)[0]
        return logits


def judge(
    draft: Draft,
    logits: Tensor,
    sampling: Sampling,
    random: torch.Generator,
    resample: Resample = residual,
) -> Verdict:
    """What stays of a draft, given the model's logits [γ + 1, vocab_size] at its positions."""
    if sampling.temperature == 0:
        return accept_greedy(draft.tokens, logits.argmax(dim=-1).tolist())
    p = torch.stack([filtered_probs(row, sampling) for row in logits.cpu()])
    q = certain(draft.tokens, p.shape[1]) if draft.q is None else draft.q
    return accept(draft.tokens, q, p, random, resample)


def speculate(
    model: Transformer,
    prompt_ids: Sequence[int],
    *,
    new_tokens: int,
    drafter: Drafter,
    gamma: int,
    sampling: Sampling,
    cache: Cache,
    clock: Clock,
    eos_ids: Sequence[int] = (),
    resample: Resample = residual,
) -> Iterator[Round]:
    """Answer `prompt_ids` round by round; ends after `new_tokens` or at an end of text.

    Where the drafter has nothing to propose, a round is a plain decode step.
    """
    verify, text = Verifier(model, cache), list(prompt_ids)
    random = torch.Generator().manual_seed(sampling.seed)
    device, end = model.embedding.weight.device, len(prompt_ids) + new_tokens
    start = drafted = clock()
    draft = Draft([])
    logits = prefill(model, torch.tensor([text], device=device), cache)
    while True:
        verdict = judge(draft, logits, sampling, random, resample)
        tokens = _until(eos_ids, [*draft.tokens[: verdict.accepted], verdict.token])
        cache.trim(len(draft.tokens) - verdict.accepted)
        text += tokens
        yield Round(
            proposed=draft.tokens,
            accepted=verdict.accepted,
            tokens=tokens,
            start_s=start,
            drafted_s=drafted,
            end_s=clock(),
        )
        if len(text) >= end or text[-1] in eos_ids:
            return
        start = clock()
        draft = drafter.propose(text, min(gamma, end - len(text) - 1))
        drafted = clock()
        logits = verify(torch.tensor([[text[-1], *draft.tokens]], device=device))


def answer(rounds: Iterator[Round], tokenizer: Tokenizer, start_s: float) -> Iterator[Event]:
    """The rounds as events: "prefill" or "decode" with the draft's fate, then its tokens.

    A pass has detail {proposed: [text, …], accepted, draft_s}; of the tokens after it, those
    copied from the draft have detail {draft: true}. All tokens of a round arrive together.
    """
    stream = tokenizer.stream()
    for step, found in enumerate(rounds):
        end = found.end_s - start_s
        yield Event(
            stage="decode" if step else "prefill",
            step=step,
            start_s=found.start_s - start_s,
            end_s=end,
            shape=(1, 1 + len(found.proposed)) if step else None,
            detail={
                "proposed": [tokenizer.token_text(token) for token in found.proposed],
                "accepted": found.accepted,
                "draft_s": found.drafted_s - found.start_s,
            },
        )
        for place, token in enumerate(found.tokens):
            done = token in tokenizer.eos_ids
            yield Event(
                stage="sample",
                step=step,
                token_id=token,
                text=stream.push(token) + (stream.flush() if done else ""),
                start_s=end,
                end_s=end,
                detail={"token": tokenizer.token_text(token), "draft": place < found.accepted}
                | ({"control": True} if done else {}),
            )


def plainly(
    model: Transformer,
    prompt_ids: Sequence[int],
    *,
    new_tokens: int,
    sampling: Sampling,
    cache: Cache,
    clock: Clock,
    eos_ids: Sequence[int] = (),
) -> Iterator[Round]:
    """The slow twin in the same words: one token a round, nothing proposed."""
    sampler, inputs = Sampler(sampling), torch.tensor([list(prompt_ids)])
    forward: Callable[..., Tensor] = prefill
    for _ in range(new_tokens):
        start = clock()
        logits = forward(model, inputs.to(model.embedding.weight.device), cache)[0]
        token = sampler(logits)
        yield Round(proposed=[], accepted=0, tokens=[token],
                    start_s=start, drafted_s=start, end_s=clock())  # fmt: skip
        if token in eos_ids:
            return
        inputs, forward = torch.tensor([[token]]), decode_one_token


def _until(eos_ids: Sequence[int], tokens: list[int]) -> list[int]:
    """The tokens up to the first end of text, with it."""
    end = next((i + 1 for i, token in enumerate(tokens) if token in eos_ids), len(tokens))
    return tokens[:end]
