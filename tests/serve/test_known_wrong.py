"""Schedulers with one mistake each; the hashing model must notice every one of them."""

import random

import pytest

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve import scheduler as scheduling
from lesson_core.serve.blocks import BlockPool
from lesson_core.serve.memory import Memory
from lesson_core.serve.prefix import PrefixTree
from lesson_core.serve.scheduler import Scheduler
from tests.serve.hashing import books_balance, serve, wrong_answers


def trouble() -> bool:
    """Whether anything goes wrong in 300 random schedules."""
    draw = random.Random(11)
    for i in range(300):
        chosen = Policy(
            max_seqs=3, token_budget=draw.randint(3, 8), block_size=4, blocks=8,
            preemption=("recompute", "swap")[i % 2], prefix_cache=i % 4 < 2, chunked=i % 8 < 4,
            batching="continuous" if i % 3 else "static",
        )  # fmt: skip
        asked = [
            Request(id=k, prompt=tuple(draw.choices((0, 1), (1, 4), k=draw.randint(1, 20))),
                    new_tokens=draw.randint(1, 8), samples=draw.choice((1, 1, 2)))
            for k in range(6)
        ]  # fmt: skip
        try:
            done = serve(Scheduler(chosen), asked, most_steps=1000,
                         look=lambda scheduler, plan: books_balance(scheduler))  # fmt: skip
        except Exception:  # noqa: BLE001 - a mistake may show as anything
            return True
        if wrong_answers(done) or len(done) != sum(r.samples for r in asked):
            return True
    return False


def test_the_right_one_passes():
    assert not trouble()


def frees_shared(self, blocks):
    for block in blocks:
        self.references[block] = 0
        self._free.append(block)


def writes_into_shared(self, block):
    return True


def copies_too_late(self, sequence, count, plan, grow=Memory.grow):
    done = grow(self, sequence, count, plan)
    plan.copies.clear()
    return done


def matches_half_blocks(self, tokens):
    found, node = [], self.root
    for start in range(0, len(tokens), self.block_size):
        mine = tuple(tokens[start : start + self.block_size])
        alike = [c for t, c in node.children.items() if t[:2] == mine[:2]]
        if not alike:
            break
        found.append(node := alike[0])
    return found


def matches_without_parents(self, tokens):
    found = []
    for start in range(0, len(tokens) - self.block_size + 1, self.block_size):
        mine = tuple(tokens[start : start + self.block_size])
        alike = [node for node in self.nodes.values() if node.tokens == mine]
        if not alike:
            break
        found.append(alike[0])
    return found


def matches_the_last_token_too(self, sequence):
    cached = self.policy.prefix_cache and not sequence.computed
    return self.tree.match(sequence.tokens) if cached else []


def remembers_half_blocks(self, sequence, remember=Memory.remember):
    sequence.computed += 1
    remember(self, sequence)
    sequence.computed -= 1


def evicts_the_newest(self):
    if self._free:
        block = self._free.pop()
    else:
        block, _ = self._unused.popitem(last=True)
        self._tree.forget(block)
    self.references[block] = 1
    return block


def swaps_nothing_in(self, sequence, found, plan, enter=Memory.enter):
    done = enter(self, sequence, found, plan)
    plan.swap_in.clear()
    return done


def reuses_slots_at_once(self, sequence):
    self.swapped_blocks -= len(sequence.host_slots)
    self._slots += sequence.host_slots[:-1] + sequence.host_slots[:1]
    sequence.host_slots = []


def takes_from_the_best(self, plan, sequence):
    return self.running[0]


def forgets_the_answer(self, sequence, leave=Memory.leave):
    leave(self, sequence)
    del sequence.tokens[sequence.prompt_len :]


def keeps_what_is_done(self, sequence):
    sequence.computed = 0


@pytest.mark.parametrize(
    ("where", "name", "mistake"),
    [
        (BlockPool, "release", frees_shared),
        (BlockPool, "writable", writes_into_shared),
        (BlockPool, "take", evicts_the_newest),
        (PrefixTree, "match", matches_half_blocks),
        (PrefixTree, "match", matches_without_parents),
        (Memory, "match", matches_the_last_token_too),
        (Memory, "remember", remembers_half_blocks),
        (Memory, "grow", copies_too_late),
        (Memory, "enter", swaps_nothing_in),
        (Memory, "_give_back", reuses_slots_at_once),
        (Memory, "leave", forgets_the_answer),
        (Memory, "leave", keeps_what_is_done),
        (Scheduler, "_victim", takes_from_the_best),
    ],
)
def test_a_mistake_is_noticed(where, name, mistake, monkeypatch):
    monkeypatch.setattr(where, name, mistake)
    assert trouble()


def test_shortest_first_without_patience_starves_a_long_request(monkeypatch):
    """What the virtual arrival time is for: ordered by length alone, it waits until the end."""

    def by_length_alone(request, policy, sample=0):
        return len(request.prompt), request.id, sample

    long = Request(id=0, prompt=(1,) * 40, new_tokens=1, arrival_s=0.001)
    short = [Request(id=i + 1, prompt=(1,), new_tokens=1, arrival_s=0.009 * i) for i in range(400)]
    chosen = Policy(order="shortest", patience_s=1.0, max_seqs=1, block_size=4)

    def place() -> int:
        done = serve(Scheduler(chosen), [long, *short])
        return [s.request.id for s in done].index(0)

    assert place() < 10
    monkeypatch.setattr(scheduling, "rank", by_length_alone)
    assert place() == len(short)
