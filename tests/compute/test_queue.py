"""The admission rules, against every order of events that hypothesis can think of."""

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lesson_core.compute.queue import Line, Ticket
from lesson_core.errors import LabError

LIMIT, PER_SESSION = 4, 2


class LineMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.line = Line(limit=LIMIT, per_session=PER_SESSION)
        self.count = 0
        self.submitted: dict[str, list[str]] = {}
        self.started: list[str] = []
        self.finished: set[str] = set()
        self.withdrawn: set[str] = set()

    @rule(session=st.sampled_from("ABCDE"))
    def submit(self, session: str) -> None:
        ticket = Ticket(id=f"{session}{self.count}", session=session)
        self.count += 1
        mine = [t for t in self.line.order() if t.session == session]
        holds = self.line.holder is not None and self.line.holder.session == session
        try:
            self.line.submit(ticket)
        except LabError as problem:
            full = len(self.line) >= LIMIT
            assert problem.code == ("queue_full" if full else "session_busy")
            assert full or len(mine) + holds >= PER_SESSION
        else:
            assert len(mine) + holds < PER_SESSION
            self.submitted.setdefault(session, []).append(ticket.id)

    @rule()
    def start(self) -> None:
        order, holder = self.line.order(), self.line.holder
        ticket = self.line.start_next()
        if holder is not None or not order:
            assert ticket is None
        else:
            assert ticket == order[0], "the order shown is the order kept"
            self.started.append(order[0].id)

    @rule()
    def finish(self) -> None:
        if self.line.holder is not None:
            self.finished.add(self.line.holder.id)
            self.line.finish(self.line.holder.id)

    @rule(which=st.integers(0, 5))
    def withdraw(self, which: int) -> None:
        order = self.line.order()
        if which < len(order):
            assert self.line.withdraw(order[which].id)
            assert not self.line.withdraw(order[which].id)
            self.withdrawn.add(order[which].id)
        elif self.line.holder is not None:
            assert not self.line.withdraw(self.line.holder.id), "a running job is not withdrawn"

    @invariant()
    def none_lost_none_twice(self) -> None:
        waiting = [t.id for t in self.line.order()]
        holder = [self.line.holder.id] if self.line.holder else []
        everybody = waiting + holder + sorted(self.finished) + sorted(self.withdrawn)
        assert sorted(everybody) == sorted(itertools.chain(*self.submitted.values()))
        assert len(self.started) == len(set(self.started)) == len(self.finished) + len(holder)

    @invariant()
    def bounded_and_numbered(self) -> None:
        order = self.line.order()
        assert len(order) == len(self.line) <= LIMIT
        assert [self.line.position(t.id) for t in order] == list(range(1, len(order) + 1))

    @invariant()
    def first_come_first_served_within_a_session(self) -> None:
        for session, ids in self.submitted.items():
            mine = [i for i in self.started if i.startswith(session)]
            assert mine == [i for i in ids if i in mine]


LineMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestLine = LineMachine.TestCase


def test_a_greedy_session_delays_a_neighbour_by_at_most_the_job_that_runs() -> None:
    line = Line(limit=64, per_session=2)
    line.submit(Ticket(id="a1", session="A"))
    line.submit(Ticket(id="a2", session="A"))
    line.start_next()
    line.submit(Ticket(id="b1", session="B"))
    assert [ticket.id for ticket in line.order()] == ["b1", "a2"]


def test_a_refusal_says_the_limit_and_the_place() -> None:
    line = Line(limit=64, per_session=2)
    line.submit(Ticket(id="b", session="B"))
    line.start_next()
    for name in ("a1", "a2"):
        line.submit(Ticket(id=name, session="A"))
    with pytest.raises(LabError) as refused:
        line.submit(Ticket(id="a3", session="A"))
    assert (refused.value.code, refused.value.values) == (
        "session_busy",
        {"limit": 2, "position": 2},
    )


def test_only_the_holder_can_finish() -> None:
    line = Line(limit=64, per_session=2)
    line.submit(Ticket(id="a", session="A"))
    with pytest.raises(ValueError):
        line.finish("a")
