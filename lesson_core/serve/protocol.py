"""What an OpenAI client may ask for: the body of a request, checked field by field.

A field that this server cannot honour is refused, never ignored: silence would be a wrong answer.
`null` means "not given", as the official clients send it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lesson_core.serve.fields import Fields
from lesson_core.serve.refusal import Refusal

MOST_CHOICES, MOST_STOPS, LONGEST_STOP = 16, 4, 200
HARMLESS = {
    "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
}  # fmt: skip
"""Fields that are about the caller's own accounts and change no token."""
OFF: dict[str, tuple[Any, ...]] = {
    "logprobs": (False,), "top_logprobs": (), "echo": (False,), "suffix": ("",), "best_of": (1,),
    "presence_penalty": (0, 0.0), "frequency_penalty": (0, 0.0), "logit_bias": ({},),
    "tools": ([],), "tool_choice": ("none",), "functions": ([],), "function_call": ("none",),
    "response_format": ({"type": "text"},), "modalities": (["text"],),
    "parallel_tool_calls": (True, False), "reasoning_effort": ("none",),
}  # fmt: skip
"""Fields of the API that this server lacks, with the values that ask for nothing."""
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}

Prompt = str | tuple[int, ...]
Message = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request. `messages` for a chat, else `prompts`; `max_tokens` None: what fits."""

    model: str
    prompts: tuple[Prompt, ...] = ()
    messages: tuple[Message, ...] = ()
    max_tokens: int | None
    n: int
    temperature: float
    top_p: float
    top_k: int
    seed: int | None
    stop: tuple[str, ...]
    stream: bool
    include_usage: bool
    ignore_eos: bool

    @property
    def chat(self) -> bool:
        """Whether it came to /v1/chat/completions."""
        return bool(self.messages)


def parse(raw: bytes, *, chat: bool) -> Ask:
    """The request in a body; raises Refusal (400) with a sentence."""
    fields = Fields(_object(raw))
    length = fields.whole("max_tokens", None if chat else 16, 1, 1_000_000)
    if chat:
        length = fields.whole("max_completion_tokens", length, 1, 1_000_000)
    stream = fields.flag("stream")
    options = Fields(fields.take("stream_options", dict) or {}, "stream_options.")
    if options.given and not stream:
        raise Refusal(400, "stream_options is only allowed with stream: true.",
                      param="stream_options")  # fmt: skip
    prompts = () if chat else _prompts(fields.take("prompt", str, list))
    messages = _messages(fields.take("messages", list)) if chat else ()
    ask = Ask(
        model=fields.take("model", str) or "",
        prompts=prompts,
        messages=messages,
        max_tokens=length,
        n=fields.whole("n", 1, 1, MOST_CHOICES) or 1,
        temperature=fields.number("temperature", 1.0, 0, 2),
        top_p=fields.number("top_p", 1.0, 0, 1),
        top_k=max(0, fields.whole("top_k", 0, -1, 1_000_000) or 0),
        seed=fields.whole("seed", None, -(2**63), 2**63 - 1),
        stop=_stops(fields.take("stop", str, list)),
        stream=stream,
        include_usage=options.flag("include_usage"),
        ignore_eos=fields.flag("ignore_eos"),
    )
    options.flag("include_obfuscation")
    options.end()
    for name, nothing in OFF.items():
        _must_be_off(name, fields.take(name), nothing)
    fields.end(HARMLESS)
    if not ask.model:
        raise Refusal(400, "Say which model: GET /v1/models lists them.", param="model")
    if len(ask.prompts) * ask.n > MOST_CHOICES:
        raise Refusal(400, f"At most {MOST_CHOICES} answers per request.", param="n")
    return ask


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw, parse_constant=float)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return body


def _prompts(given: Any) -> tuple[Prompt, ...]:
    """A text, token ids, or several of either."""
    wrong = Refusal(400, "`prompt` must be a text, an array of token ids, or an array of those.",
                    param="prompt")  # fmt: skip
    if isinstance(given, str):
        return (given,)
    if not given:
        raise wrong
    if all(type(item) is int for item in given):
        return (tuple(given),)
    if len(given) > MOST_CHOICES:
        raise Refusal(400, f"At most {MOST_CHOICES} prompts per request.", param="prompt")
    if all(isinstance(item, str) for item in given):
        return tuple(given)
    if all(isinstance(item, list) and item and _are_ids(item) for item in given):
        return tuple(tuple(item) for item in given)
    raise wrong


def _are_ids(items: Sequence[Any]) -> bool:
    return all(type(item) is int for item in items)


def _messages(given: Any) -> tuple[Message, ...]:
    if not given:
        raise Refusal(400, "`messages` must be an array with at least one message.",
                      param="messages")  # fmt: skip
    return tuple(_message(item, f"messages[{at}]") for at, item in enumerate(given))


def _message(given: Any, where: str) -> Message:
    if not isinstance(given, dict) or ROLES.get(str(given.get("role"))) is None:
        known = ", ".join(ROLES)
        raise Refusal(400, f"`{where}` must be an object with a role: {known}.", param=where)
    content = given.get("content")
    if isinstance(content, list):
        texts = [part.get("text") if isinstance(part, dict) else None for part in content]
        read = [text for text in texts if isinstance(text, str)]
        content = "".join(read) if len(read) == len(texts) else None
    if not isinstance(content, str):
        raise Refusal(400, f"`{where}.content` must be text; this server reads nothing else.",
                      param=f"{where}.content")  # fmt: skip
    return {"role": ROLES[given["role"]], "content": content}


def _stops(given: Any) -> tuple[str, ...]:
    stops = [given] if isinstance(given, str) else given or []
    good = all(isinstance(stop, str) and 0 < len(stop) <= LONGEST_STOP for stop in stops)
    if not good or len(stops) > MOST_STOPS:
        raise Refusal(400, f"`stop` must be a text or up to {MOST_STOPS} texts of 1 to "
                      f"{LONGEST_STOP} characters.", param="stop")  # fmt: skip
    return tuple(stops)


def _must_be_off(name: str, value: Any, nothing: tuple[Any, ...]) -> None:
    off = {json.dumps(item) for item in nothing}  # as JSON, where 0 is not false
    if value is not None and json.dumps(value) not in off:
        raise Refusal(400, f"This server does not do `{name}`; leave the field out.", param=name,
                      code="unsupported_parameter")  # fmt: skip
