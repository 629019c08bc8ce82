"""The addresses of the server, as an ASGI application that listens nowhere by itself.

A client that leaves takes its request with it; one too many gets 429 and when to come back. What
goes wrong is told in the shape of the OpenAI API, never as a traceback.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lesson_core.serve.door import LOCAL, Door, Json, answer, body, to_json
from lesson_core.serve.protocol import parse
from lesson_core.serve.refusal import Refusal
from lesson_core.serve.service import Service, Talk


def app(service: Service, *, api_key: str = "", hosts: tuple[str, ...] = LOCAL) -> Starlette:
    """The endpoints of one service. `hosts` empty: whatever name the client used for us."""

    async def completions(request: Request) -> Response:
        return Reply(await service.answer(parse(await body(request), chat=False)))

    async def chat(request: Request) -> Response:
        return Reply(await service.answer(parse(await body(request), chat=True)))

    async def models(request: Request) -> Response:
        return Json({"object": "list", "data": [_model(service)]})

    async def model(request: Request) -> Response:
        if request.path_params["name"] != service.name:
            raise Refusal(404, "There is no such model here.", code="model_not_found")
        return Json(_model(service))

    async def health(request: Request) -> Response:
        return Json({"status": "ok", "active": service.runner.active})

    return Starlette(
        routes=[
            Route("/v1/completions", completions, methods=["POST"]),
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", models),
            Route("/v1/models/{name:path}", model),
            Route("/health", health),
        ],
        middleware=[Middleware(Door, api_key=api_key, hosts=hosts)],
        exception_handlers={
            Refusal: _refused, HTTPException: _not_here, ClientDisconnect: _left, 500: _crashed,
        },
    )  # fmt: skip


class Reply(Response):
    """An answer, whole or as server-sent events; it ends when its client does."""

    def __init__(self, talk: Talk) -> None:
        super().__init__()
        self._talk = talk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        speak = self._stream if self._talk.ask.stream else self._whole
        speaking = asyncio.create_task(speak(scope, receive, send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((speaking, leaving), return_when=asyncio.FIRST_COMPLETED)
            if speaking.done():
                speaking.result()
        finally:
            self._talk.close()
            for task in (speaking, leaving):
                task.cancel()
            await asyncio.gather(speaking, leaving, return_exceptions=True)

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        texts = [""] * len(self._talk.choices)
        try:
            async for choice, text in self._talk.pieces():
                texts[choice.index] += text
        except Refusal as refused:
            await answer(refused)(scope, receive, send)
            return
        await Json(self._talk.wire.whole(self._talk.choices, texts))(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The status is sent with the first piece: until then a refusal can still be one."""
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"),
                   (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]  # fmt: skip
        begun = False
        try:
            async for event in self._events():
                if not begun:
                    start = {"type": "http.response.start", "status": 200, "headers": headers}
                    await send(start)
                    begun = True
                await send({"type": "http.response.body", "body": event, "more_body": True})
        except Refusal as refused:
            if not begun:
                await answer(refused)(scope, receive, send)
                return
            await send({"type": "http.response.body", "body": _event(refused.body()),
                        "more_body": True})  # fmt: skip
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _events(self) -> AsyncIterator[bytes]:
        wire, choices = self._talk.wire, self._talk.choices
        async for choice, text in self._talk.pieces():
            yield _event(wire.piece(choice, text))
        if self._talk.ask.include_usage:
            yield _event(wire.last(choices))
        yield b"data: [DONE]\n\n"


async def _gone(receive: Receive) -> None:
    with contextlib.suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass


def _model(service: Service) -> dict[str, Any]:
    return {"id": service.name, "object": "model", "created": 0, "owned_by": "llm-speed-lab",
            "max_model_len": service.longest}  # fmt: skip


def _event(content: Any) -> bytes:
    return b"data: " + to_json(content) + b"\n\n"


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refusal)
    return answer(problem)


def _not_here(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    known = {404: "There is nothing at this address.", 405: "This address takes another method."}
    return answer(Refusal(problem.status_code, known.get(problem.status_code, problem.detail)))


def _left(request: Request, problem: Exception) -> Response:
    return Response(status_code=499)


def _crashed(request: Request, problem: Exception) -> Response:
    return answer(Refusal(500, "The server made a mistake; its log says which."))
