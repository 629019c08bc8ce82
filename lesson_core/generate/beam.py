"""Writing the answer of an encoder–decoder: greedy, or several candidates at once (beam search).

A sum of log probabilities falls with every token, so it prefers short answers. Finished answers
are therefore compared by sum / ((5 + length) / 6)^alpha. Source: Wu et al. 2016, arXiv:1609.08144.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.model.attending import PAD, Past
from lesson_core.model.encoder_decoder import EncoderDecoder


@dataclass(frozen=True)
class Ends:
    """How an answer starts and stops: first id, last id, ids never written, and its limit."""

    start: int
    eos: int
    never: tuple[int, ...]
    max_new: int


class Answer(NamedTuple):
    """Ids without start and end, the sum of their log probabilities (with the end), and whether
    the model ended the answer itself."""

    ids: list[int]
    log_prob: float
    ended: bool

    def score(self, alpha: float) -> float:
        """What beams are compared by; alpha 0 ignores length and favours short answers."""
        length = len(self.ids) + self.ended
        return self.log_prob / float(((5 + length) / 6) ** alpha)


def next_log_probs(model: EncoderDecoder, ids: Tensor, past: Past, ends: Ends) -> Tensor:
    """Log probabilities [B, vocab_size] after `ids` [B, T], the newest part of each answer."""
    return log_probs(model.logits(model.write(ids, past)[:, -1]), ends)


def log_probs(logits: Tensor, ends: Ends) -> Tensor:
    """Logits [.., vocab_size] as log probabilities, the ids never written left out."""
    logits = logits.float()
    logits[..., [PAD, *ends.never]] = -torch.inf
    return logits.log_softmax(dim=-1)


@torch.inference_mode()
def greedy(model: EncoderDecoder, source: Tensor, ends: Ends) -> list[Answer]:
    """The likeliest next token, again and again, for every row of `source` [B, S]."""
    past = model.read(source)
    last = torch.full((len(source), 1), ends.start)
    columns: list[Tensor] = []
    sums, open_ = torch.zeros(len(source)), torch.ones(len(source), dtype=torch.bool)
    while len(columns) < ends.max_new and bool(open_.any()):
        best, picked = next_log_probs(model, last, past, ends).max(dim=-1)  # [B]
        sums += best * open_
        open_ = open_ & (picked != ends.eos)
        columns.append(picked)
        last = picked[:, None]
    rows = torch.stack(columns, dim=1).tolist()
    return [answer(row, float(total), ends) for row, total in zip(rows, sums, strict=True)]


@torch.inference_mode()
def greedy_without_cache(model: EncoderDecoder, source: Tensor, ends: Ends) -> list[Answer]:
    """The slow twin: source and answer run again, whole, for every token."""
    ids = torch.full((len(source), 1), ends.start)
    sums, open_ = torch.zeros(len(source)), torch.ones(len(source), dtype=torch.bool)
    while ids.shape[1] <= ends.max_new and bool(open_.any()):
        best, picked = next_log_probs(model, ids, model.read(source), ends).max(dim=-1)
        sums += best * open_
        open_ = open_ & (picked != ends.eos)
        ids = torch.cat([ids, picked[:, None]], dim=1)
    return [
        answer(row, float(total), ends)
        for row, total in zip(ids[:, 1:].tolist(), sums, strict=True)
    ]


def answer(row: list[int], log_prob: float, ends: Ends) -> Answer:
    """A row of written ids up to its end."""
    ended = ends.eos in row
    return Answer(row[: row.index(ends.eos)] if ended else row, log_prob, ended)


@torch.inference_mode()
def beam(
    model: EncoderDecoder, source: Tensor, ends: Ends, beams: int, alpha: float
) -> list[Answer]:
    """The best answers to one `source` [1, S], best first; `beams` unfinished ones side by side.

    Every step extends each candidate by every token and keeps the best `beams`. It stops when no
    unfinished candidate can beat the finished ones, or at the limit.
    """
    past = model.read(source)
    ids, sums = torch.full((1, 1), ends.start), torch.zeros(1)
    done: list[Answer] = []
    for length in range(1, ends.max_new + 1):
        step = next_log_probs(model, ids[:, -1:], past, ends)  # [candidates, vocab_size]
        every = (sums[:, None] + step).flatten()
        totals, flat = every.topk(min(2 * beams, int(every.isfinite().sum())))
        parents, tokens = flat // step.shape[1], flat % step.shape[1]
        closed = tokens == ends.eos
        for row in torch.nonzero(closed[:beams]).flatten().tolist():
            written = ids[parents[row], 1:].tolist()
            done.append(Answer(written, float(totals[row]), True))
        kept = torch.nonzero(~closed).flatten()[:beams]  # each candidate can end only once
        sums, parents, tokens = totals[kept], parents[kept], tokens[kept]
        ids = torch.cat([ids[parents], tokens[:, None]], dim=1)
        past.select(parents)
        if len(done) >= beams and hopeless(float(sums[0]), length, done, ends, alpha, beams):
            break
    return ranked(done, ids[:, 1:], sums, alpha)[:beams]


def ranked(done: list[Answer], open_ids: Tensor, sums: Tensor, alpha: float) -> list[Answer]:
    """The finished answers, best first, then those that the limit cut off."""
    left = [
        Answer(row, float(total), False) for row, total in zip(open_ids.tolist(), sums, strict=True)
    ]
    return [
        *sorted(done, key=lambda a: a.score(alpha), reverse=True),
        *sorted(left, key=lambda a: a.score(alpha), reverse=True),
    ]


def hopeless(
    best: float, length: int, done: list[Answer], ends: Ends, alpha: float, beams: int
) -> bool:
    """Whether the best open sum, even at the longest length and no more loss, comes too late."""
    longest = ends.max_new if alpha > 0 else length
    bound = best / float(((5 + longest) / 6) ** alpha)
    return bound < sorted((a.score(alpha) for a in done), reverse=True)[beams - 1]
