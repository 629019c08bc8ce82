"""The server over a real socket, in front of an engine that says what it is told to."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from lesson_core.serve import door
from lesson_core.serve.http import Listening
from lesson_core.serve.routes import app
from tests.serve.stand_in import StandIn, service

Serve = Callable[..., str]
WAIT_S = 20.0


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server in front of an engine; returns its address."""
    with ExitStack() as stack:

        def start(engine: StandIn, *, limit: int = 8, chat: bool = True, api_key: str = "") -> str:
            made = service(engine, tmp_path, limit=limit, chat=chat)
            stack.callback(made.runner.close)
            return stack.enter_context(Listening(app(made, api_key=api_key))).url

        yield start


def post(url: str, path: str = "completions", **fields: Any) -> httpx.Response:
    said = {"messages": [{"role": "user", "content": "Hi"}]} if "chat" in path else {"prompt": "Hi"}
    body = {"model": "tiny", "max_tokens": 200, **said, **fields}
    return httpx.post(f"{url}/v1/{path}", json=body, timeout=WAIT_S, trust_env=False)


def events(response: httpx.Response) -> list[dict[str, Any]]:
    """The chunks of a stream, which must end as the API says."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    *lines, last = [line for line in response.text.split("\n\n") if line]
    assert last == "data: [DONE]"
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never happened")


def test_a_completion_whole(serve: Serve) -> None:
    found = post(serve(StandIn("Hello"))).json()
    assert found["object"] == "text_completion" and found["model"] == "tiny"
    choice = {"index": 0, "text": "Hello", "logprobs": None, "finish_reason": "stop"}
    assert found["choices"] == [choice]
    assert found["usage"] == {"prompt_tokens": 2, "completion_tokens": 6, "total_tokens": 8}


def test_a_chat_whole_and_streamed(serve: Serve) -> None:
    url = serve(StandIn("Hello"))
    whole = post(url, "chat/completions").json()
    assert whole["object"] == "chat.completion"
    assert whole["choices"][0]["message"]["content"] == "Hello"
    chunks = events(post(url, "chat/completions", stream=True))
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert [delta.get("role") for delta in deltas] == ["assistant"] + [None] * (len(deltas) - 1)
    assert "".join(delta["content"] for delta in deltas) == "Hello"


def test_a_stream_counts_at_its_end_if_asked_to(serve: Serve) -> None:
    url = serve(StandIn("Hello"))
    *chunks, last = events(post(url, stream=True, stream_options={"include_usage": True}))
    assert [chunk["choices"][0]["text"] for chunk in chunks] == [*"Hello", ""]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * 5 + ["stop"]
    assert last["choices"] == [] and last["usage"]["completion_tokens"] == 6
    assert all("usage" not in chunk for chunk in chunks)


def test_length_ends_an_answer(serve: Serve) -> None:
    found = post(serve(StandIn("Hello")), max_tokens=3).json()
    assert found["choices"][0]["text"] == "Hel"
    assert found["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("text", ["今天天气很好。", "🙂👩‍👩‍👧 done", "ñ"])
def test_characters_are_sent_whole(serve: Serve, text: str) -> None:
    chunks = events(post(serve(StandIn(text)), stream=True))
    pieces = [chunk["choices"][0]["text"] for chunk in chunks]
    assert "".join(pieces) == text and "\ufffd" not in "".join(pieces)
    assert [piece for piece in pieces if piece] == list(text)


def test_half_a_character_at_the_end_is_a_replacement_mark(serve: Serve) -> None:
    assert post(serve(StandIn("a你")), max_tokens=3).json()["choices"][0]["text"] == "a\ufffd"


@pytest.mark.parametrize("stop", [["User:"], "User:", ["nothing", "User:"]])
def test_a_stop_string_across_tokens_ends_the_stream(serve: Serve, stop: Any) -> None:
    engine = StandIn("Fine. Use User: more" + "." * 100, pause_s=0.002)
    chunks = events(post(serve(engine), stream=True, stop=stop))
    pieces = [chunk["choices"][0]["text"] for chunk in chunks]
    assert "".join(pieces) == "Fine. Use "
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    until(lambda: engine.cancelled == [1])  # the engine does not write on for nobody


def test_several_answers_and_several_prompts(serve: Serve) -> None:
    engine = StandIn("ab")
    found = post(serve(engine), n=2, prompt=["x", "yz"], temperature=0.5, seed=7).json()
    assert [choice["index"] for choice in found["choices"]] == [0, 1, 2, 3]
    assert {choice["text"] for choice in found["choices"]} == {"ab"}
    assert found["usage"] == {"prompt_tokens": 3, "completion_tokens": 12, "total_tokens": 15}
    assert [request.samples for request in engine.seen] == [2, 2]
    assert {request.sampling.seed for request in engine.seen if request.sampling} == {7}


def test_temperature_nought_is_greedy(serve: Serve) -> None:
    engine = StandIn()
    post(serve(engine), temperature=0)
    assert engine.seen[0].sampling is None


def test_a_client_that_leaves_takes_its_request_along(serve: Serve) -> None:
    engine = StandIn("x" * 190, pause_s=0.02)
    url = serve(engine)
    body = {"model": "tiny", "prompt": "Hi", "max_tokens": 190, "stream": True}
    with httpx.stream("POST", f"{url}/v1/completions", json=body, trust_env=False) as response:
        assert next(response.iter_raw())
    until(lambda: engine.cancelled == [1] and not engine.busy)


def test_a_client_that_leaves_while_it_waits_for_the_whole(serve: Serve) -> None:
    engine = StandIn("x" * 190, pause_s=0.02)
    url = serve(engine)
    with pytest.raises(httpx.ReadTimeout):
        body = {"model": "tiny", "prompt": "Hi", "max_tokens": 190}
        httpx.post(f"{url}/v1/completions", json=body, timeout=0.2, trust_env=False)
    until(lambda: engine.cancelled == [1] and not engine.busy)


def test_one_too_many_is_told_when_to_come_back(serve: Serve) -> None:
    engine = StandIn("x" * 190, pause_s=0.5)
    url = serve(engine, limit=1)
    body = {"model": "tiny", "prompt": "Hi", "max_tokens": 190, "stream": True}
    with httpx.stream("POST", f"{url}/v1/completions", json=body, trust_env=False) as response:
        next(response.iter_raw())
        refused = post(url)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["error"]["type"] == "rate_limit_error"
    until(lambda: httpx.get(f"{url}/health").json()["active"] == 0)
    assert len(engine.seen) == 1


def test_a_thousand_connections_all_get_an_answer(serve: Serve) -> None:
    engine = StandIn("ok", pause_s=0.001)
    url = serve(engine, limit=50)

    async def everybody() -> list[int]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
            body = {"model": "tiny", "prompt": "Hi", "max_tokens": 5}
            asked = [client.post(f"{url}/v1/completions", json=body) for _ in range(1000)]
            return [found.status_code for found in await asyncio.gather(*asked)]

    codes = asyncio.run(everybody())
    assert set(codes) <= {200, 429}
    assert codes.count(200) == len(engine.seen) >= 50
    until(lambda: httpx.get(f"{url}/health").json()["active"] == 0)


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [({"model": "gpt-9"}, 404, "gpt-9"), ({"prompt": ""}, 400, "empty"),
     ({"max_tokens": -1}, 400, "max_tokens"), ({"prompt": [300]}, 400, "300"),
     ({"prompt": [-1]}, 400, "-1"), ({"max_tokens": 299}, 400, "together"),
     ({"prompt": "x" * 301}, 400, "301"), ({"prompt": "word " * 1_000_000}, 400, "at least"),
     ({"prompt": [1] * 1_000_000}, 400, "1,000,000"), ({"prompt": "x" * 101}, 400, "101"),
     ({"logprobs": 2}, 400, "logprobs")],
)  # fmt: skip
@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_request_gets_a_sentence(
    serve: Serve, fields: dict[str, Any], status: int, word: str, stream: bool
) -> None:
    found = post(serve(StandIn()), **{**fields, "stream": stream})
    assert found.status_code == status
    error = found.json()["error"]
    assert word in error["message"] and set(error) == {"message", "type", "param", "code"}


def test_a_model_without_conversations_says_so(serve: Serve) -> None:
    found = post(serve(StandIn(), chat=False), "chat/completions")
    assert found.status_code == 400 and "/v1/completions" in found.json()["error"]["message"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"{not json", "application/json", 400), (b"[1]", "application/json", 400),
     (b"", "application/json", 400), (b'{"model":"tiny"}', "text/plain", 415),
     (b'{"model":"tiny"}', "", 415)],
)  # fmt: skip
def test_a_body_that_is_no_request(serve: Serve, content: bytes, kind: str, status: int) -> None:
    url = serve(StandIn())
    headers = {"content-type": kind} if kind else {}
    found = httpx.post(f"{url}/v1/completions", content=content, headers=headers)
    assert found.status_code == status and found.json()["error"]["message"]


def test_a_body_without_end_is_cut_off(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_BYTES", 10_000)
    url, kind = serve(StandIn()), {"content-type": "application/json"}
    announced = httpx.post(f"{url}/v1/completions", content=b" " * 10_001, headers=kind)
    chunked = httpx.post(f"{url}/v1/completions", content=iter([b" " * 4_000] * 4), headers=kind)
    assert announced.status_code == chunked.status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BODY_S", 0.1)
    host, port = serve(StandIn()).removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as line:
        line.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
                     b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{")  # fmt: skip
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_other_addresses_and_methods_are_errors_of_the_same_shape(serve: Serve) -> None:
    url = serve(StandIn())
    assert httpx.get(f"{url}/v2/models").status_code == 404
    assert httpx.get(f"{url}/v1/models/other").status_code == 404
    wrong = httpx.get(f"{url}/v1/completions")
    assert wrong.status_code == 405 and wrong.json()["error"]["message"]
    assert httpx.get(f"{url}/v1/models").json()["data"][0]["id"] == "tiny"
    assert httpx.get(f"{url}/v1/models/tiny").json()["max_model_len"] == 300


def test_only_the_right_key_opens(serve: Serve) -> None:
    url = serve(StandIn(), api_key="secret")
    right = {"authorization": "Bearer secret"}
    assert httpx.get(f"{url}/v1/models", headers=right).status_code == 200
    for wrong in ({}, {"authorization": "Bearer secreT"}, {"authorization": "secret"},
                  {"authorization": "Basic secret"},
                  {"authorization": "Bearer sécret"}):  # fmt: skip
        refused = httpx.get(f"{url}/v1/models", headers={k: v.encode() for k, v in wrong.items()})
        assert refused.status_code == 401
        assert "secret" not in refused.text.lower()
    assert httpx.get(f"{url}/health").status_code == 200


def test_a_web_page_under_another_name_is_not_answered(serve: Serve) -> None:
    url = serve(StandIn())
    port = url.rpartition(":")[2]
    evil = {"host": f"evil.example:{port}"}
    assert httpx.get(f"{url}/v1/models", headers=evil).status_code == 421
    assert httpx.get(f"http://localhost:{port}/v1/models").status_code == 200


@pytest.mark.parametrize("stream", [False, True])
def test_an_engine_that_fails_is_told_to_all_and_to_those_who_come_later(
    serve: Serve, stream: bool, caplog: pytest.LogCaptureFixture
) -> None:
    url = serve(StandIn(fails=True))
    with caplog.at_level(logging.CRITICAL):
        for found in (post(url, stream=stream), post(url)):
            assert found.status_code == 503
            assert "Traceback" not in found.text and found.json()["error"]["type"] == "server_error"


def test_what_the_engine_refuses_is_the_clients_to_read(serve: Serve) -> None:
    found = post(serve(StandIn(most=5)), prompt="longer", stream=True)
    assert found.status_code == 400 and found.json()["error"]["code"] == "prompt_too_long"


def test_a_server_that_runs_for_weeks_keeps_no_log(serve: Serve) -> None:
    engine = StandIn()
    post(serve(engine))
    assert engine.log == ([], [])
