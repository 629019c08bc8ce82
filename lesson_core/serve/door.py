"""The door of the server: who may come in, how much they may bring, what a refusal looks like."""

import asyncio
import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lesson_core.serve.refusal import Refusal

MOST_BYTES = 8 * 2**20
BODY_S = 30.0
LOCAL = ("127.0.0.1", "localhost", "::1")


class Door:
    """Who may come in: the right key, and the name of this machine (not that of a web page)."""

    def __init__(self, inner: ASGIApp, *, api_key: str, hosts: tuple[str, ...]) -> None:
        self._inner = inner
        self._key = api_key.encode()
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self._refused(Request(scope))
            if refused is not None:
                await answer(refused)(scope, receive, send)
                return
        await self._inner(scope, receive, send)

    def _refused(self, request: Request) -> Refusal | None:
        if self._hosts and request.url.hostname not in self._hosts:
            return Refusal(421, "This server answers on loopback names only.")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), self._key)
        if self._key and not right and request.url.path.startswith("/v1/"):
            return Refusal(401, "The API key is missing or wrong.", code="invalid_api_key")
        return None


async def body(request: Request) -> bytes:
    """The whole body, if it is JSON, not too long and in time."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # a web page may post anything else without asking
        raise Refusal(415, "Send the header Content-Type: application/json.")
    too_long = Refusal(413, f"The body is longer than {MOST_BYTES:,} bytes.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise too_long
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MOST_BYTES:
                    raise too_long
    except TimeoutError:
        raise Refusal(408, f"The body did not arrive within {BODY_S:.0f} s.") from None
    return bytes(raw)


class Json(JSONResponse):
    """Chinese stays readable; half a surrogate pair, which is not text, becomes a question mark."""

    def render(self, content: Any) -> bytes:
        return to_json(content)


def answer(refused: Refusal) -> Response:
    """A refusal as a response."""
    return Json(refused.body(), status_code=refused.status, headers=refused.headers())


def to_json(content: Any) -> bytes:
    """UTF-8 as it goes over the wire."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
