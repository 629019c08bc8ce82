"""The queue, and its door: continuous batching lets in whoever there is a seat for; static and
dynamic batching let in one batch, and the next when the last of it is done.
"""

from bisect import insort
from operator import attrgetter

from lesson_core.schema.serving import Policy
from lesson_core.serve.request import Sequence

BY_RANK = attrgetter("rank")


class Queue:
    """Sequences that wait, in the order of rank."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.outside: list[Sequence] = []
        self.batch: list[Sequence] = []  # let in, but not running yet, or not any more
        self._members: set[int] = set()  # requests of the batch that are not over

    def __len__(self) -> int:
        return len(self.outside) + len(self.batch)

    def push(self, sequence: Sequence) -> None:
        """Queue it; who was preempted keeps its place, and its batch."""
        line = self.batch if sequence.request.id in self._members else self.outside
        insort(line, sequence, key=BY_RANK)

    def remove(self, sequence: Sequence) -> None:
        """It runs now, or was cancelled."""
        (self.batch if sequence.request.id in self._members else self.outside).remove(sequence)

    def over(self, request_id: int) -> None:
        """All answers of this request are there."""
        self._members.discard(request_id)

    def open(self, now_s: float) -> float | None:
        """Choose the next batch if the last is done. Returns until when a window is kept open.

        The window begins with the oldest request and closes early when the batch is full.
        """
        if self.policy.batching == "continuous" or self._members or not self.outside:
            return None
        most = self.policy.max_seqs
        chosen = self.outside[:most]
        window_s = self.policy.window_s if self.policy.batching == "dynamic" else 0.0
        closes_at = min(sequence.request.arrival_s for sequence in chosen) + window_s
        if len(chosen) < most and now_s < closes_at:
            return closes_at
        self.batch, self.outside = chosen, self.outside[most:]
        self._members = {sequence.request.id for sequence in chosen}
        return None

    def entrants(self, seats: int) -> list[Sequence]:
        """Who may enter now, were there room."""
        return self.outside[:seats] if self.policy.batching == "continuous" else list(self.batch)
