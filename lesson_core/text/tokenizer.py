"""The model's own vocabulary, read by the `tokenizers` library.

What a learner types is always text: the words of control tokens (`<|im_end|>`) are taken out of
the library's sight, so only the code below can put a control id into a prompt.
"""

import codecs
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Library

from lesson_core.errors import LabError
from lesson_core.text.bpe import BYTE_OF, clean

BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")


class StreamDecoder:
    """Turns token ids into text as they arrive, holding back unfinished characters."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._bytes = codecs.getincrementaldecoder("utf-8")("replace")

    def push(self, token_id: int) -> str:
        """The text that became readable with this token; often a word, sometimes nothing."""
        return self._bytes.decode(self._tokenizer.token_bytes(token_id))

    def flush(self) -> str:
        """What is left at the end: bytes that never became a character, as U+FFFD."""
        return self._bytes.decode(b"", final=True)


class Tokenizer:
    """Text to token ids and back. Make one with `Tokenizer.load(folder)`."""

    def __init__(self, spec: dict[str, Any], settings: dict[str, Any], eos: Iterable[int]) -> None:
        added = {token["id"]: token for token in spec.get("added_tokens", [])}
        self._control: dict[int, str] = {
            i: token["content"] for i, token in added.items() if token["special"]
        }
        self._library = Library.from_str(json.dumps({**spec, "added_tokens": []}))
        self._library.no_truncation()
        self._library.no_padding()
        vocab = {i: text for text, i in self._library.get_vocab().items()}
        whole = {i: token["content"].encode() for i, token in added.items()}
        byte_level = '"ByteLevel"' in json.dumps(spec.get("decoder"))
        spell = _byte_level if byte_level else _metaspace
        self._bytes: dict[int, bytes] = {i: spell(text) for i, text in vocab.items()} | whole
        self._bytes |= dict.fromkeys(self._control, b"")
        self._ids = {token["content"]: i for i, token in added.items()}
        self._settings = settings
        self.eos_ids = tuple(dict.fromkeys([*eos, *self._named("eos_token")]))
        self.bos_id = next(iter(self._named("bos_token")), None)
        self.vocab_size = max(self._bytes) + 1

    @classmethod
    def load(cls, folder: Path) -> "Tokenizer":
        """Read tokenizer.json and its settings; raises LabError("model_files_missing")."""
        path = folder / "tokenizer.json"
        if not path.exists():
            raise LabError("model_files_missing", file=path.name, folder=str(folder))
        settings = _optional(folder / "tokenizer_config.json")
        template = folder / "chat_template.jinja"
        if template.exists():
            settings["chat_template"] = template.read_text("utf-8")
        eos: list[int] = []
        for name in ("generation_config.json", "config.json"):
            found = _optional(folder / name).get("eos_token_id")
            eos += found if isinstance(found, list) else [] if found is None else [found]
        return cls(json.loads(path.read_text("utf-8")), settings, eos)

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text, never a control token; lone surrogates become U+FFFD."""
        ids: list[int] = self._library.encode(clean(text), add_special_tokens=False).ids
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`; control tokens are skipped, impossible bytes become U+FFFD."""
        return b"".join(map(self.token_bytes, ids)).decode("utf-8", "replace")

    def stream(self) -> StreamDecoder:
        """A decoder for one answer, fed token by token."""
        return StreamDecoder(self)

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes a token stands for; none for control tokens and ids beyond the vocabulary."""
        return self._bytes.get(token_id, b"")

    def token_text(self, token_id: int) -> str:
        """A token for display: control tokens by name, half characters as bytes (`⟨E4⟩`)."""
        if token_id in self._control:
            return self._control[token_id]
        return display(self.token_bytes(token_id))

    def is_control(self, token_id: int) -> bool:
        """Whether this id is a signal to the model and not text."""
        return token_id in self._control

    @property
    def has_chat(self) -> bool:
        """Whether the model was trained on conversations in ChatML, the form `chat` writes."""
        known = "<|im_start|>" in self._ids and "<|im_end|>" in self._ids
        return known and bool(self._settings.get("chat_template"))

    def chat(self, messages: list[dict[str, str]]) -> list[int]:
        """A conversation [{"role": "user", "content": "…"}, …] as the model was trained to read it.

        The prompt ends where the assistant's answer begins. Without a system message the model's
        own default is put first. A model that could think aloud first (Qwen3) is told, in its
        template's own way, that it has already done so. Raises LabError("model_has_no_chat").
        """
        if not self.has_chat:
            raise LabError("model_has_no_chat")
        default = self._default_system()
        if default and messages[0]["role"] != "system":
            messages = [{"role": "system", "content": default}, *messages]
        start, end = self._ids["<|im_start|>"], self._ids["<|im_end|>"]
        ids: list[int] = []
        for message in messages:
            ids += [start, *self.encode(f"{message['role']}\n{message['content']}"), end]
            ids += self.encode("\n")
        return [*ids, start, *self.encode("assistant\n"), *self._no_thinking()]

    def _no_thinking(self) -> list[int]:
        if "enable_thinking" not in str(self._settings.get("chat_template")):
            return []
        think, done = (self._ids[mark] for mark in ("<think>", "</think>"))
        pause = self.encode("\n\n")
        return [think, *pause, done, *pause]

    def _default_system(self) -> str:
        template = str(self._settings.get("chat_template") or "")
        found = re.search(r"<\|im_start\|>system\\n([^<{'\"]+)<\|im_end\|>", template)
        return found.group(1) if found else ""

    def _named(self, key: str) -> list[int]:
        token = self._settings.get(key)
        text = token.get("content") if isinstance(token, dict) else token
        return [self._ids[text]] if text in self._ids else []


def display(raw: bytes) -> str:
    """Bytes for the eye: text where it is text, ⟨E4⟩ where it is half a character."""
    shown = ""
    while raw:
        try:
            return shown + _visible(raw.decode("utf-8"))
        except UnicodeDecodeError as problem:
            good, bad = raw[: problem.start], raw[problem.start : problem.end]
            shown += _visible(good.decode("utf-8")) + "".join(f"⟨{byte:02X}⟩" for byte in bad)
            raw = raw[problem.end :]
    return shown


def _visible(text: str) -> str:
    return "".join(
        char if char.isprintable() else {"\n": "⏎", "\t": "⇥"}.get(char, f"⟨U+{ord(char):04X}⟩")
        for char in text
    )


def _byte_level(text: str) -> bytes:
    """A token as byte-level BPE spells it: every byte has a printable stand-in."""
    if all(char in BYTE_OF for char in text):
        return bytes(BYTE_OF[char] for char in text)
    return text.encode()


def _metaspace(text: str) -> bytes:
    """A token as SentencePiece spells it: ▁ for a space, <0xE4> for a lone byte."""
    byte = BYTE_TOKEN.fullmatch(text)
    return bytes([int(byte.group(1), 16)]) if byte else text.replace("▁", " ").encode()


def _optional(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}
