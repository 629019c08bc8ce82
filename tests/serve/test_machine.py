"""A state machine that adds, cancels and steps in any order: the books always balance, answers
are those of a lone request, and at the end everybody was served once.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.scheduler import Scheduler
from tests.serve.hashing import Machine, books_balance, refused, wrong_answers

EOS = (2,)


@st.composite
def policies(draw):
    """Small servers: every decision comes up within a few steps."""
    seats = draw(st.integers(1, 4))
    return Policy(
        batching=draw(st.sampled_from(["static", "dynamic", "continuous"])),
        order=draw(st.sampled_from(["fcfs", "shortest", "priority"])),
        preemption=draw(st.sampled_from(["recompute", "swap"])),
        chunked=draw(st.booleans()), prefix_cache=draw(st.booleans()), max_seqs=seats,
        token_budget=draw(st.integers(seats, 10)), window_s=0.3, patience_s=1.0,
        block_size=draw(st.integers(1, 4)), blocks=draw(st.integers(3, 12)),
    )  # fmt: skip


class Server(RuleBasedStateMachine):
    """Time goes on by a tenth of a second per step."""

    @initialize(policy=policies())
    def open(self, policy):
        self.scheduler = Scheduler(policy, EOS)
        self.machine = Machine(self.scheduler)
        self.now, self.next_id = 0.0, 0
        self.accepted, self.cancelled, self.done = {}, set(), []
        self.in_flight = None

    @rule(
        prompt=st.lists(st.integers(0, 1), min_size=1, max_size=14), new_tokens=st.integers(1, 6),
        samples=st.integers(1, 3), priority=st.integers(0, 2), ignore_eos=st.booleans(),
    )  # fmt: skip
    def ask(self, prompt, **more):
        request = Request(id=self.next_id, prompt=tuple(prompt), arrival_s=self.now, **more)
        self.next_id += 1
        policy = self.scheduler.policy
        blocks = -(-(len(prompt) + request.new_tokens - 1) // policy.block_size)
        code = refused(self.scheduler, request)
        assert bool(code) == (blocks > policy.blocks or request.samples > policy.max_seqs)
        if not code:
            self.accepted[request.id] = request

    @precondition(lambda self: self.in_flight is None)
    @rule()
    def plan(self):
        before = {s.id for s in self.scheduler.waiting}
        plan = self.scheduler.schedule(self.now)
        self.nobody_is_passed_over(before, plan)
        if self.scheduler.busy:
            assert plan.work or plan.wait_until is not None
        if plan.work:
            self.in_flight = plan, self.machine.compute(plan)
        elif plan.wait_until is not None:
            self.now = max(self.now, plan.wait_until)

    @precondition(lambda self: self.in_flight is not None)
    @rule()
    def finish(self):
        self.now += 0.1
        self.done += self.scheduler.finish_step(*self.in_flight, self.now)
        self.in_flight = None

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def hang_up(self, data):
        id = data.draw(st.sampled_from(sorted(self.accepted)))
        gone = self.scheduler.cancel(id)
        assert all(s.finish == "cancelled" for s in gone)
        if gone:
            self.cancelled.add(id)

    def nobody_is_passed_over(self, before, plan):
        """Who enters ranks before all that go on waiting, but for those just preempted."""
        policy, entered = self.scheduler.policy, [w.sequence for w in plan.work]
        entered = [s.rank for s in entered if s.id in before]
        left = [s.rank for s in self.scheduler.waiting if s not in plan.preempted]
        if policy.batching == "continuous" and entered and left:
            assert max(entered) < min(left)

    @invariant()
    def balanced(self):
        if hasattr(self, "scheduler"):
            books_balance(self.scheduler)
            assert wrong_answers(self.done, EOS) == self.ignoring(EOS)

    def ignoring(self, eos_ids):
        """Whoever ignores end tokens answers on as if there were none."""
        stubborn = [s for s in self.done if s.request.ignore_eos]
        assert wrong_answers(stubborn) == []
        return wrong_answers(stubborn, eos_ids)

    def teardown(self):
        if not hasattr(self, "scheduler"):
            return
        for _ in range(5_000):
            if self.in_flight:
                self.finish()
            elif self.scheduler.busy:
                self.plan()
        assert not self.scheduler.busy
        self.balanced()
        assert self.scheduler.blocks.used == 0
        served = sorted((s.request.id, s.sample) for s in self.done)
        assert len(served) == len(set(served))
        kept = [r for id, r in self.accepted.items() if id not in self.cancelled]
        assert {(r.id, k) for r in kept for k in range(r.samples)} <= set(served)


TestServer = Server.TestCase
TestServer.settings = settings(max_examples=120, stateful_step_count=50, deadline=None)
