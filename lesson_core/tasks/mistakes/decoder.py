"""A decoder of one layer and its loss: right, and with six mistakes, put through six tests.

Each function reads ids [T] after the keys and values it kept, [L, d] each; it gives logits
[T, V], the mean loss in nats, and what to keep.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.schema.spot import Table
from lesson_core.tasks.mistakes.shown import number

CLASSES, WIDTH, LENGTH, LINES, PAD = 13, 16, 8, 6, -100
VALUES: dict[str, float] = {"classes": CLASSES, "know_nothing": math.log(CLASSES)}
Kept = tuple[Tensor, Tensor]
Read = tuple[Tensor, Tensor, Kept]


class Net(NamedTuple):
    """Random weights: `table` [V, d], `places` [L, d], three [d, d], `head` [d, V]."""

    table: Tensor
    places: Tensor
    query: Tensor
    key: Tensor
    value: Tensor
    head: Tensor


def attend(net: Net, x: Tensor, kept: Kept | None, causal: bool) -> tuple[Tensor, Kept]:
    """One head over the kept keys and the new ones: [T, d], and all keys and values."""
    k, v = x @ net.key, x @ net.value
    if kept is not None:
        k, v = torch.cat([kept[0], k]), torch.cat([kept[1], v])
    scores = x @ net.query @ k.T / math.sqrt(x.shape[-1])
    if causal:
        seen = torch.ones(scores.shape, dtype=torch.bool).tril(len(k) - len(x))
        scores = scores.masked_fill(~seen, -torch.inf)
    return scores.softmax(dim=-1) @ v, (k, v)


def right(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Positions that go on, a causal mask, no dropout, a score per class, padding left out."""
    start = 0 if kept is None else len(kept[0])
    x = net.table[ids] + net.places[start : start + len(ids)]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets, ignore_index=PAD)
    return logits, loss, kept


def no_mask(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    start = 0 if kept is None else len(kept[0])
    x = net.table[ids] + net.places[start : start + len(ids)]
    mixed, kept = attend(net, x, kept, causal=False)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets, ignore_index=PAD)
    return logits, loss, kept


def no_positions(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    x = net.table[ids]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets, ignore_index=PAD)
    return logits, loss, kept


def one_output(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    start = 0 if kept is None else len(kept[0])
    x = net.table[ids] + net.places[start : start + len(ids)]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head[:, :1]
    loss = F.cross_entropy(logits, torch.zeros_like(targets))
    return logits, loss, kept


def training_mode(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    start = 0 if kept is None else len(kept[0])
    x = net.table[ids] + net.places[start : start + len(ids)]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=True)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets, ignore_index=PAD)
    return logits, loss, kept


def padding_counted(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    start = 0 if kept is None else len(kept[0])
    x = net.table[ids] + net.places[start : start + len(ids)]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets.clamp(min=0))
    return logits, loss, kept


def from_zero_again(net: Net, ids: Tensor, targets: Tensor, kept: Kept | None = None) -> Read:
    """Known-wrong."""
    x = net.table[ids] + net.places[: len(ids)]
    mixed, kept = attend(net, x, kept, causal=True)
    x = x + F.dropout(mixed, 0.1, training=False)
    logits = x @ net.head
    loss = F.cross_entropy(logits, targets, ignore_index=PAD)
    return logits, loss, kept


WRONG = (no_mask, no_positions, one_output, training_mode, padding_counted, from_zero_again)


def net(seed: int) -> Net:
    """Weights small enough that a net that learnt nothing says so."""
    torch.manual_seed(seed)
    query, key, value = torch.randn(3, WIDTH, WIDTH) / math.sqrt(WIDTH)
    head = torch.randn(WIDTH, CLASSES) / 12
    table, places = torch.randn(CLASSES, WIDTH), torch.randn(2 * LENGTH, WIDTH)
    return Net(table, places, query, key, value, head)


def table(function: object, seed: int) -> Table:
    """Six tests: two losses, and how far an output moves in four experiments."""
    assert callable(function)
    weights = net(seed)
    # No token twice in a line, so that a swap is one.
    lines = [torch.randperm(CLASSES)[: LENGTH + 1] for _ in range(LINES)]
    blank = torch.zeros(LENGTH, dtype=torch.long)

    def loss(padded: bool) -> str:
        given, wanted = (blank, blank + PAD) if padded else (blank[:0], blank[:0])
        found = [function(weights, torch.cat([line[:-1], given]), torch.cat([line[1:], wanted]))[1]
                 for line in lines]  # fmt: skip
        return number(float(torch.stack(found).mean()))

    ids, targets = lines[0][:-1], lines[0][1:]
    changed, swapped = ids.clone(), ids.clone()
    changed[-1], swapped[:2] = lines[0][-1], ids[:2].flip(0)
    logits = function(weights, ids, targets)[0]

    def moved(place: int | slice, other: Tensor) -> str:
        return number(float((function(weights, other, targets)[0] - logits)[place].abs().max()))

    kept, pieces = None, logits
    for at in range(LENGTH):
        pieces, _, kept = function(weights, ids[at : at + 1], targets[at : at + 1], kept)
    return Table(columns=("test", "measured"), rows=(
        ("loss", loss(padded=False)), ("loss_padded", loss(padded=True)),
        ("last_changed", moved(0, changed)), ("first_swapped", moved(-1, swapped)),
        ("twice", moved(slice(None), ids)),
        ("piecewise", number(float((pieces[-1] - logits[-1]).abs().max()))),
    ))  # fmt: skip
