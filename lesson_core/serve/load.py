"""Measuring any OpenAI-compatible server: `python -m lesson_core.serve.load URL`.

The load comes from here, the clock runs here, and a request's latency begins when it was due, not
when this side got round to sending it. Proxies, cookies and redirects are off: what is measured is
the server that was named.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx

from lesson_core.clock import now
from lesson_core.errors import LabError
from lesson_core.schema.endpoint import Load, Sent, Target
from lesson_core.serve import asking
from lesson_core.serve.reading import Failure, Reading, judge, parsed, shown
from lesson_core.serve.threaded import told_from_thread

MODELS_S = 10.0  # for the list of models
MOST_LISTED = 2**20  # bytes of that list, and of an error page


class Generator:
    """One target, asked as its own client would ask. `key` is used and never kept or shown."""

    def __init__(self, target: Target, load: Load) -> None:
        self.target = target
        self.load = load
        self.model = target.model
        self.extras: dict[str, Any] = {}
        self._key = asking.read_key(target)
        self._zero = now()

    def hello(self) -> Sent:
        """One request that warms up and finds out what the server takes.

        Raises LabError("endpoint_…") where nothing sensible comes back.
        """
        return asyncio.run(self._hello())

    def again(self, load: Load) -> "Generator":
        """Another load for the same server, with what is known about it."""
        other = Generator(replace(self.target, model=self.model), load)
        other.extras = self.extras
        return other

    def run(self, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Sent]:
        """Send the whole load; each request is told when it has ended."""
        return told_from_thread(self._send_all, cancelled)

    async def _send_all(self, tell: Callable[[Sent], None]) -> None:
        async with self._client() as client, asyncio.TaskGroup() as group:
            self._zero = now()
            if self.load.loop == "open":
                most = self.load.connections or self.load.requests
                gate = asyncio.Semaphore(most)
                for index, due_s in enumerate(asking.arrivals(self.load)):
                    group.create_task(self._when_due(client, gate, index, due_s, tell))
            else:
                turns = iter(range(self.load.requests))
                for _ in range(self.load.connections):
                    group.create_task(self._one_user(client, turns, tell))

    async def _when_due(self, client: httpx.AsyncClient, gate: asyncio.Semaphore, index: int,
                        due_s: float, tell: Callable[[Sent], None]) -> None:  # fmt: skip
        """Open loop: due at its time; it may have to wait here for a free connection."""
        await asyncio.sleep(max(0.0, due_s - self._time()))
        async with gate:
            tell(await self._ask(client, index, due_s))

    async def _one_user(self, client: httpx.AsyncClient, turns: Iterator[int],
                        tell: Callable[[Sent], None]) -> None:  # fmt: skip
        """Closed loop: the next request is due when the last one has been answered."""
        for index in turns:
            tell(await self._ask(client, index, self._time()))

    async def _ask(self, client: httpx.AsyncClient, index: int, due_s: float) -> Sent:
        """One request, read to its end; whatever goes wrong is part of the result."""
        started_s, reading, failed = self._time(), Reading(), None
        try:
            async with asyncio.timeout(self.load.timeout_s):
                async for chunk in self._stream(client, index):
                    reading.feed(chunk, self._time())
                    if reading.over:
                        break
            reading.finish()
        except TimeoutError:
            if not reading.done:
                failed = Failure("timeout", seconds=self.load.timeout_s,
                                 pieces=len(reading.piece_s))  # fmt: skip
        except (Failure, httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
            failed = self._named(problem, reading)
        return Sent(
            index=index, intended_s=due_s, started_s=started_s, end_s=self._time(),
            piece_s=tuple(reading.piece_s), text_bytes=reading.text_bytes,
            said_in=reading.said_in, said_out=reading.said_out,
            failure=failed.kind if failed else "", detail=failed.values if failed else {},
        )  # fmt: skip

    async def _stream(self, client: httpx.AsyncClient, index: int) -> AsyncIterator[bytes]:
        path = "/chat/completions" if self.target.api == "chat" else "/completions"
        body = asking.body(self.target.api, self.load, self.model, index) | self.extras
        async with client.stream("POST", self.target.base + path, json=body) as response:
            await _check_head(response)
            async for chunk in response.aiter_raw():
                yield chunk

    async def _hello(self) -> Sent:
        async with self._client() as client:
            self.model = self.model or await self._first_model(client)
            for extras in asking.EXTRAS:
                self.extras = extras
                sent = await self._ask(client, -1, self._time())
                if sent.detail.get("status") not in (400, 422):
                    break
        if sent.failure:
            raise LabError(f"endpoint_{sent.failure}", **sent.detail)
        return sent

    async def _first_model(self, client: httpx.AsyncClient) -> str:
        try:
            async with asyncio.timeout(min(MODELS_S, self.load.timeout_s)):
                async with client.stream("GET", f"{self.target.base}/models") as response:
                    await _check_head(response, "application/json")
                    listed = parsed(await _bounded(response))
        except TimeoutError:
            raise LabError("endpoint_timeout", seconds=MODELS_S, pieces=0) from None
        except (Failure, httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
            failed = self._named(problem, Reading())
            raise LabError(f"endpoint_{failed.kind}", **failed.values) from None
        found = listed.get("data") if isinstance(listed, dict) else None
        first = found[0] if isinstance(found, list) and found else None
        if not isinstance(first, dict) or not isinstance(first.get("id"), str):
            raise LabError("endpoint_no_model")
        return str(first["id"])

    def _client(self) -> httpx.AsyncClient:
        headers = {"accept-encoding": "identity", "user-agent": "llm-speed-lab"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        return httpx.AsyncClient(
            headers=headers, follow_redirects=False, trust_env=False, timeout=None,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        )  # fmt: skip

    def _named(self, problem: Exception, reading: Reading) -> Failure:
        """A failure with a name; a server that repeats the key back is not repeated."""
        if not isinstance(problem, Failure):
            reason = shown(str(problem) or type(problem).__name__)
            connect = isinstance(problem, httpx.ConnectError | httpx.InvalidURL)
            if connect:
                problem = Failure("unreachable", reason=reason)
            elif reading.piece_s:
                problem = Failure("cut", pieces=len(reading.piece_s))
            else:
                problem = Failure("protocol", reason=reason)
        if self._key:
            problem.values = {
                name: value.replace(self._key, "•••") if isinstance(value, str) else value
                for name, value in problem.values.items()
            }
        return problem

    def _time(self) -> float:
        return now() - self._zero


async def _check_head(response: httpx.Response, kind: str = "text/event-stream") -> None:
    """Failure unless this is a good answer of the kind that was asked for."""
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    whole = response.headers.get("content-encoding", "identity") == "identity"
    if response.status_code == 200 and given == kind and whole:
        return
    text = (await _bounded(response)).decode("utf-8", "replace") if whole else ""
    judge(response.status_code, given, text)


async def _bounded(response: httpx.Response) -> bytes:
    """The beginning of a body, as much as a sentence or a list could need."""
    found = b""
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) > MOST_LISTED:
            break
    return found


if __name__ == "__main__":
    from lesson_core.serve.load_command import main

    raise SystemExit(main())
