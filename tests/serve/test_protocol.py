"""Every field of a request is honoured or refused, never ignored."""

import json
from typing import Any

import pytest

from lesson_core.serve.protocol import Ask, parse
from lesson_core.serve.refusal import Refusal


def asked(chat: bool = False, **fields: Any) -> Ask:
    body = {"model": "tiny", **({"messages": [{"role": "user", "content": "Hi"}]} if chat else
                                {"prompt": "Hi"}), **fields}  # fmt: skip
    return parse(json.dumps(body).encode(), chat=chat)


def test_defaults_are_those_of_the_api() -> None:
    ask = asked()
    assert (ask.max_tokens, ask.n, ask.temperature, ask.top_p, ask.seed) == (16, 1, 1.0, 1.0, None)
    assert not ask.stream and ask.stop == () and ask.prompts == ("Hi",)
    assert asked(chat=True).max_tokens is None


def test_null_means_not_given() -> None:
    names = ("max_tokens", "n", "temperature", "top_p", "seed", "stop", "stream", "logprobs",
             "tools", "stream_options", "user", "response_format")  # fmt: skip
    assert asked(**dict.fromkeys(names)) == asked(max_tokens=16)


@pytest.mark.parametrize(
    ("prompt", "read"),
    [("Hi", ("Hi",)), ([1, 2], ((1, 2),)), (["a", "b"], ("a", "b")),
     ([[1], [2, 3]], ((1,), (2, 3)))],
)  # fmt: skip
def test_a_prompt_is_text_or_ids_or_several(prompt: Any, read: Any) -> None:
    assert asked(prompt=prompt).prompts == read


def test_the_parts_of_a_message_are_joined() -> None:
    parts = [{"type": "text", "text": "你"}, {"type": "text", "text": "好"}]
    messages = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": parts}]
    ask = asked(chat=True, messages=messages, max_completion_tokens=7)
    assert ask.messages == ({"role": "system", "content": "Be brief."},
                            {"role": "user", "content": "你好"})  # fmt: skip
    assert ask.max_tokens == 7


@pytest.mark.parametrize(
    ("fields", "param"),
    [({"max_tokens": -1}, "max_tokens"), ({"max_tokens": 0}, "max_tokens"),
     ({"max_tokens": "many"}, "max_tokens"), ({"max_tokens": True}, "max_tokens"),
     ({"max_tokens": 1.5}, "max_tokens"), ({"max_tokens": 10**400}, "max_tokens"),
     ({"n": 0}, "n"), ({"n": 17}, "n"), ({"temperature": -0.1}, "temperature"),
     ({"temperature": float("nan")}, "temperature"), ({"temperature": "hot"}, "temperature"),
     ({"top_p": 2}, "top_p"), ({"seed": 1.5}, "seed"), ({"stop": [""]}, "stop"),
     ({"stop": 3}, "stop"), ({"stop": ["a"] * 5}, "stop"), ({"stop": ["x" * 201]}, "stop"),
     ({"stream": "yes"}, "stream"), ({"stream_options": {"include_usage": True}}, "stream_options"),
     ({"logprobs": 0}, "logprobs"), ({"logprobs": True}, "logprobs"), ({"echo": True}, "echo"),
     ({"tools": [{"type": "function"}]}, "tools"), ({"best_of": 2}, "best_of"),
     ({"presence_penalty": 0.5}, "presence_penalty"), ({"logit_bias": {"5": -100}}, "logit_bias"),
     ({"response_format": {"type": "json_object"}}, "response_format"),
     ({"prompt": []}, "prompt"), ({"prompt": [1, "a"]}, "prompt"), ({"prompt": [True]}, "prompt"),
     ({"prompt": None}, "prompt"), ({"prompt": ["x"] * 17}, "prompt"),
     ({"prompt": ["x"] * 9, "n": 2}, "n"), ({"model": ""}, "model"), ({"model": None}, "model"),
     ({"max_tokns": 5}, "max_tokns"), ({"stream": True, "stream_options": {"x": 1}},
                                       "stream_options.x")],
)  # fmt: skip
def test_what_cannot_be_honoured_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(**fields)
    assert refused.value.status == 400
    assert refused.value.param == param
    assert refused.value.message.endswith(".") and len(refused.value.message) < 200


@pytest.mark.parametrize(
    "messages",
    [None, [], "Hi", [{"role": "wizard", "content": "Hi"}], [{"content": "Hi"}], ["Hi"],
     [{"role": "user"}], [{"role": "user", "content": [{"type": "image_url"}]}],
     [{"role": ["user"], "content": "Hi"}]],
)  # fmt: skip
def test_a_conversation_that_is_none_is_refused(messages: Any) -> None:
    with pytest.raises(Refusal):
        asked(chat=True, messages=messages)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 200_000, b'{"a":1}}']
)
def test_a_body_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Refusal, match="body"):
        parse(raw, chat=False)
