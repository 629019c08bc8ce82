"""A byte-level tokenizer with control tokens and no merges, saved as the Hub would."""

import json
from pathlib import Path

from lesson_core.text.bpe import BYTE_OF

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKS = ["<think>", "</think>"]
TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\\nBe kind.<|im_end|>\\n' }}{% endif %}"
)


def save_tokenizer(folder: Path, template: str | None = TEMPLATE) -> None:
    """256 bytes, then the control tokens, then two marks that are text."""
    folder.mkdir(parents=True, exist_ok=True)
    vocab = {stand_in: byte for stand_in, byte in BYTE_OF.items()}
    added = [
        {
            "id": 256 + i,
            "content": text,
            "special": text in CONTROL,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
        }
        for i, text in enumerate([*CONTROL, *MARKS])
    ]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    spec = {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": byte_level | {"use_regex": True},
        "decoder": byte_level | {"use_regex": True},
        "model": {"type": "BPE", "vocab": vocab, "merges": []},
    }
    settings = {"eos_token": "<|im_end|>", "bos_token": {"content": "<|im_start|>"}}
    if template is not None:
        settings["chat_template"] = template  # type: ignore[assignment]
    (folder / "tokenizer.json").write_text(json.dumps(spec), "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "generation_config.json").write_text('{"eos_token_id": [258, 256]}', "utf-8")
