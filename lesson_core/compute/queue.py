"""Who runs next: pure rules of one waiting line, without threads, clocks or processes.

A line has one holder. Sessions take turns; within a session the first submitted runs first. A
session that is being served goes to the end of the turns when its job ends, so nobody waits for
two jobs of the same neighbour in a row.
"""

from collections import deque
from dataclasses import dataclass

from lesson_core.errors import LabError


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A place in the line."""

    id: str
    session: str


class Line:
    """At most `limit` waiting, at most `per_session` of one session (running one included)."""

    def __init__(self, *, limit: int, per_session: int) -> None:
        self.limit = limit
        self.per_session = per_session
        self.holder: Ticket | None = None
        self._waiting: dict[str, deque[Ticket]] = {}
        self._turns: deque[str] = deque()  # sessions that wait, except the holder's

    def submit(self, ticket: Ticket) -> None:
        """Join; raises LabError("queue_full") or LabError("session_busy")."""
        if len(self) >= self.limit:
            raise LabError("queue_full", limit=self.limit)
        mine = self._waiting.get(ticket.session, deque())
        running = self._holds(ticket.session)
        if len(mine) + running >= self.per_session:
            position = self.position(mine[-1].id) if mine else 0
            raise LabError("session_busy", limit=self.per_session, position=position)
        if ticket.session not in self._waiting:
            self._waiting[ticket.session] = mine
            if not running:
                self._turns.append(ticket.session)
        mine.append(ticket)

    def start_next(self) -> Ticket | None:
        """Make the next in line the holder; None while somebody holds or nobody waits."""
        if self.holder is not None or not self._turns:
            return None
        session = self._turns.popleft()
        self.holder = self._waiting[session].popleft()
        if not self._waiting[session]:
            del self._waiting[session]
        return self.holder

    def finish(self, ticket_id: str) -> None:
        """The holder is done; raises ValueError for anybody else."""
        if self.holder is None or self.holder.id != ticket_id:
            raise ValueError(f"{ticket_id} does not hold the line")
        session, self.holder = self.holder.session, None
        if session in self._waiting:
            self._turns.append(session)

    def withdraw(self, ticket_id: str) -> bool:
        """Leave while waiting; False if not waiting (any more)."""
        for session, tickets in self._waiting.items():
            for ticket in tickets:
                if ticket.id == ticket_id:
                    tickets.remove(ticket)
                    if not tickets:
                        self._leave(session)
                    return True
        return False

    def order(self) -> list[Ticket]:
        """Everybody who waits, in the order in which they would run if nobody else came."""
        turns = deque(self._turns)
        if self.holder is not None and self.holder.session in self._waiting:
            turns.append(self.holder.session)
        left = {session: deque(tickets) for session, tickets in self._waiting.items()}
        line = []
        while turns:
            session = turns.popleft()
            line.append(left[session].popleft())
            if left[session]:
                turns.append(session)
        return line

    def position(self, ticket_id: str) -> int:
        """1 for the next in line; 0 for the holder and for strangers."""
        for place, ticket in enumerate(self.order(), start=1):
            if ticket.id == ticket_id:
                return place
        return 0

    def __len__(self) -> int:
        return sum(len(tickets) for tickets in self._waiting.values())

    def _holds(self, session: str) -> bool:
        return self.holder is not None and self.holder.session == session

    def _leave(self, session: str) -> None:
        del self._waiting[session]
        if session in self._turns:
            self._turns.remove(session)
