"""The load generator against servers that behave, misbehave and lie."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.schema.endpoint import Load, Sent, Target
from lesson_core.schema.plain import to_plain
from lesson_core.serve import asking, load_report
from lesson_core.serve.load import Generator
from lesson_core.serve.load_command import main
from lesson_core.serve.reading import Events, Failure
from tests.serve.scripted import DONE, GOOD, HANG, STREAM, chunk, head, scripted, usage

LOAD = Load(connections=2, requests=3, timeout_s=5.0, prompt_words=4, new_tokens=8)
FAILURES: dict[str, Sequence[bytes | None]] = {
    "timeout": [STREAM, chunk("one"), HANG],
    "cut": [STREAM, chunk("one")],
    "busy": [head("429 Too Many Requests", "application/json", b"{}", "Retry-After: 1\r\n")],
    "status": [head("500 Internal Server Error", "text/html", b"<h1>Oops</h1>")],
    "redirect": [head("307 Temporary Redirect", "text/plain", b"", "Location: http://x.test/\r\n")],
    "not_stream": [head("200 OK", "text/html", b"<!doctype html><p>Welcome")],
    "not_json": [STREAM, b"data: hello there\n\n"],
    "no_text": [STREAM, usage(0), DONE],
    "said_error": [STREAM, chunk("one"), b'data: {"error": {"message": "out of memory"}}\n\n'],
    "too_large": [STREAM, *[b": padding" + b"." * 2**20 + b"\n"] * 9],
    "protocol": [b"SSH-2.0-OpenSSH_9.6\r\n"],
}


def asked(url: str, load: Load = LOAD) -> list[Sent]:
    generator = Generator(Target(url=url), load)
    generator.hello()
    return list(generator.run())


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_server_that_fails_under_load_is_counted_and_told(kind: str, lang: str) -> None:
    load = replace(LOAD, timeout_s=0.3) if kind == "timeout" else LOAD
    with scripted(FAILURES[kind]) as (url, _):
        sents = asked(url, load)
    assert [sent.failure for sent in sents] == [kind] * load.requests
    found = load_report.summary(sents, load)
    assert found["answered"] == 0 and found["error_rate"] == 1.0
    assert found["failures"][kind]["count"] == load.requests
    told = words.t(lang, f"errors.endpoint_{kind}", **found["failures"][kind]["values"])
    assert "{" not in told and "Traceback" not in told
    json.dumps([to_plain(sent) for sent in sents])


@pytest.mark.parametrize("kind", FAILURES)
def test_a_server_that_fails_at_once_is_a_sentence(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    timeout = "0.3" if kind == "timeout" else "5"
    with scripted([], first=FAILURES[kind]) as (url, _):
        assert main([url, "--timeout", timeout]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "endpoint_" not in said and "Traceback" not in said


def test_nobody_there_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["http://127.0.0.1:9"]) == 1
    assert capsys.readouterr().err.startswith("Nobody answers there")


@pytest.mark.parametrize(
    "listed", [b"[]", b"{}", b'{"data": []}', b'{"data": [{"id": 5}]}', b'"gpt"', b"not json"]
)
def test_a_server_without_models_asks_for_a_name(listed: bytes) -> None:
    with scripted([]) as (url, state):
        state.answer = lambda raw: [head("200 OK", "application/json", listed)]  # type: ignore[method-assign]
        with pytest.raises(LabError, match="endpoint_no_model"):
            Generator(Target(url=url), LOAD).hello()


def test_a_good_server_is_read_to_the_end() -> None:
    with scripted(GOOD) as (url, state):
        sents = asked(url)
    assert all(not s.failure and len(s.piece_s) == 2 and s.said_out == 3 for s in sents)
    bodies = [json.loads(raw.partition(b"\r\n\r\n")[2]) for raw in state.asked[1:]]
    assert {body["model"] for body in bodies} == {"scripted"}
    assert len({body["prompt"] for body in bodies[1:]}) == LOAD.requests  # no prefix is shared
    assert all(body["ignore_eos"] and body["stream"] for body in bodies)


def test_a_server_without_extra_fields_is_asked_without_them() -> None:
    refused = [head("400 Bad Request", "application/json", b'{"error": "unknown field"}')]
    with scripted(GOOD, first=refused) as (url, state):
        sents = asked(url)
    assert not any(sent.failure for sent in sents)
    last = json.loads(state.asked[-1].partition(b"\r\n\r\n")[2])
    assert "ignore_eos" not in last and "stream_options" in last


@pytest.mark.parametrize("count", [0, 1, 9, 10_000])
def test_a_count_that_cannot_be_true_is_told(count: int) -> None:
    with scripted([STREAM, chunk("one"), chunk(" two", "stop"), usage(count), DONE]) as (url, _):
        found = load_report.summary(asked(url), LOAD)
    assert found["usage"]["wrong"] == LOAD.requests
    assert found["usage"]["example"] == {"said": count, "pieces": 2, "bytes": 7}
    assert found["usage"]["tokens_per_piece"] is None


@pytest.mark.parametrize("count", [-5, "many", None, 2.5, True])
def test_a_count_that_is_none_is_missing(count: object) -> None:
    with scripted([STREAM, chunk("one", "stop"), usage(count), DONE]) as (url, _):
        found = load_report.summary(asked(url), LOAD)
    assert found["usage"]["missing"] == LOAD.requests and found["tokens"] == LOAD.requests


def test_several_tokens_in_a_piece_are_counted_as_the_server_says() -> None:
    script = [STREAM, chunk("one two three"), chunk(" four", "stop"), usage(4), DONE]
    with scripted(script) as (url, _):
        found = load_report.summary(asked(url), LOAD)
    assert found["usage"]["tokens_per_piece"] == 2.0 and found["tokens"] == 4 * LOAD.requests


def test_a_key_is_sent_and_never_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_API_KEY", "sk-very-secret")
    body = b'{"error": {"message": "Incorrect API key provided: sk-very-secret"}}'
    with scripted([], first=[head("401 Unauthorized", "application/json", body)]) as (url, state):
        assert main([url, "--key-env", "LAB_API_KEY"]) == 1
    assert b"authorization: bearer sk-very-secret" in state.asked[0].lower()
    said = capsys.readouterr()
    assert "sk-very-secret" not in said.err + said.out and "Incorrect API key" in said.err


@pytest.mark.parametrize("name", ["PATH", "AWS_SECRET_ACCESS_KEY", "lab_api_key", "XLAB_API_KEY"])
def test_no_other_variable_is_ever_sent(name: str) -> None:
    with pytest.raises(LabError, match="endpoint_key_name"):
        Target(url="http://localhost", key_env=name)


def test_a_key_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(LabError, match="api_key_missing"):
        Generator(Target(url="http://localhost", key_env="LAB_API_KEY_NOWHERE"), LOAD)


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://host/", "file:///etc/passwd", "http://", "http:///v1",
            "http://host:port", "http://host:99999", "http://host:0", "http://[::1", "http://a\nb",
            "http://" + "x" * 600],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(LabError, match=r"endpoint_url \("):
        Target(url=url)


@pytest.mark.parametrize("url", ["http://me:pw@host/", "http://host/v1?key=1", "http://host/#k"])
def test_an_address_with_a_secret_in_it_is_refused(url: str) -> None:
    with pytest.raises(LabError, match="endpoint_url_secret"):
        Target(url=url)


@pytest.mark.parametrize(
    ("typed", "base"),
    [("http://h:1", "http://h:1/v1"), ("http://h:1/", "http://h:1/v1"),
     ("https://h/v1/", "https://h/v1"), ("https://h/api/v3", "https://h/api/v3"),
     ("https://h/v1/chat/completions", "https://h/v1"), ("https://h/v1/completions", "https://h/v1")],
)  # fmt: skip
def test_what_people_type_becomes_the_base_address(typed: str, base: str) -> None:
    assert Target(url=typed).base == base


def test_an_open_loop_sends_when_due_and_counts_the_wait() -> None:
    """One connection, answers of 50 ms, all due within a moment: each waits for all before it."""
    load = replace(LOAD, loop="open", rate=1000.0, connections=1, requests=12)
    with scripted(GOOD) as (url, _):
        generator = Generator(Target(url=url), load)
        generator.hello()
        sents = list(generator.run())
    assert [sent.intended_s for sent in sents] == asking.arrivals(load)
    for before, after in itertools.pairwise(sents):
        assert after.started_s >= before.end_s
    found = load_report.summary(sents, load)["latency"]
    assert found["ttft"]["p50"] > found["ttft_naive"]["p50"]
    assert found["late"]["p50"] == pytest.approx(
        found["ttft"]["p50"] - found["ttft_naive"]["p50"], abs=found["ttft_naive"]["p50"]
    )


def test_arrivals_are_a_poisson_process_from_a_seed() -> None:
    load = Load(loop="open", rate=50.0, connections=0, requests=2000, seed=4)
    times = asking.arrivals(load)
    assert times == asking.arrivals(load) == sorted(times)
    gaps = [b - a for a, b in zip([0.0, *times], times, strict=False)]
    mean = sum(gaps) / len(gaps)
    spread = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert mean == pytest.approx(1 / 50, rel=0.08)
    assert spread == pytest.approx(mean**2, rel=0.2)  # exponential: variance = mean²


def test_a_closed_loop_has_as_many_under_way_as_users() -> None:
    load = replace(LOAD, connections=3, requests=30)
    with scripted(GOOD) as (url, _):
        sents = asked(url, load)
    assert len(sents) == 30 and {sent.index for sent in sents} == set(range(30))
    assert all(sent.intended_s <= sent.started_s for sent in sents)
    worst = max(sum(a.started_s <= b.started_s < a.end_s for a in sents) for b in sents)
    assert worst <= 3


def test_a_run_that_is_not_wanted_any_more_ends() -> None:
    with scripted([STREAM, HANG]) as (url, _):
        generator = Generator(Target(url=url), replace(LOAD, timeout_s=60.0))
        generator.hello()
        assert list(generator.run(cancelled=lambda: True)) == []


def at(index: int, due: float, sent: float, *pieces: float, said: int | None = None) -> Sent:
    return Sent(index=index, intended_s=due, started_s=sent, end_s=pieces[-1], piece_s=pieces,
                text_bytes=100, said_out=said)  # fmt: skip


def test_the_report_by_hand() -> None:
    sents = [at(0, 0.0, 0.0, 0.5, 0.6, 0.7), at(1, 1.0, 3.0, 3.5, 4.5, said=11),
             Sent(index=2, intended_s=2.0, started_s=2.0, end_s=5.0, failure="busy")]  # fmt: skip
    load = Load(requests=3, new_tokens=20, ttft_goal_s=1.0, tpot_goal_s=0.2)
    found = load_report.summary(sents, load)
    assert found["duration_s"] == 5.0 and found["requests_per_s"] == 0.4
    assert found["tokens"] == 3 + 11 and found["error_rate"] == pytest.approx(1 / 3)
    assert found["goodput_per_s"] == 0.2 and found["goodput_naive_per_s"] == 0.4
    latency = found["latency"]
    assert latency["ttft"]["p50"] == 1.5 and latency["ttft_naive"]["p50"] == 0.5
    assert latency["tpot"]["p50"] == pytest.approx(0.1)  # (0.7 − 0.5)/2 and (4.5 − 3.5)/10
    assert latency["itl"]["n"] == 3 and latency["e2e"]["p50"] == pytest.approx((0.7 + 3.5) / 2)
    assert latency["ttft"]["p95"] is None


def test_tails_need_their_samples() -> None:
    row = load_report.Row.of([float(i) for i in range(40)])
    assert row.p95 is not None and row.p99 is None
    assert load_report.Row.of([float(i) for i in range(500)]).p99 is not None
    assert load_report.Row.of([]) == load_report.Row(n=0, p50=None, p95=None, p99=None)


@pytest.mark.parametrize("cut", range(1, 40))
def test_events_are_the_same_however_the_bytes_are_cut(cut: int) -> None:
    raw = 'data: {"a": "你好"}\r\n\r\n: ping\n\ndata:two\ndata: lines\n\nevent: x\n\n'.encode()
    found = Events()
    pieces = [raw[at : at + cut] for at in range(0, len(raw), cut)]
    events = [event for piece in pieces for event in found.feed(piece)]
    assert events == ['{"a": "你好"}', "two\nlines"]


def test_a_stream_without_end_is_bounded() -> None:
    found = Events()
    with pytest.raises(Failure, match="too_large"):
        while True:
            found.feed(b"x" * 2**20)


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    with scripted(GOOD) as (url, _):
        assert main([url, "--requests", "5", "--rate", "200"]) == 0
        assert main([url, "--requests", "5", "--json"]) == 0
    said = capsys.readouterr().out
    assert "5 of 5 answered" in said and "from sending" in said
    assert json.loads(said.splitlines()[-1])["answered"] == 5
