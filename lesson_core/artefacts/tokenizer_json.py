"""The tokenizer files of a converted GGUF: vocabulary, merges, special tokens, chat template.

The pre-tokenizer is named in the GGUF (`tokenizer.ggml.pre`) but not described there, so only
those that the lab knows are accepted. SmolLM2's splits digits one by one before byte-level BPE.
"""

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence

from lesson_core.artefacts.gguf_file import GGUFFile
from lesson_core.errors import LabError

CONTROL = 3  # llama.cpp's token type for tokens that are never text


def write(source: GGUFFile, folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json; refuses a pre-tokenizer it does not know."""
    kind = (source.need("tokenizer.ggml.model"), source.get("tokenizer.ggml.pre"))
    if kind != ("gpt2", "smollm"):
        raise LabError("tokenizer_unknown", kind="/".join(map(str, kind)))
    tokens: list[str] = source.need("tokenizer.ggml.tokens")
    types: list[int] = source.need("tokenizer.ggml.token_type")
    special = [token for token, kind in zip(tokens, types, strict=True) if kind == CONTROL]
    tokenizer = byte_level(tokens, source.need("tokenizer.ggml.merges"), special)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True), encoding="utf-8")
    config = json.dumps(_config(source, tokens, special), indent=2, ensure_ascii=False)
    (folder / "tokenizer_config.json").write_text(config + "\n", encoding="utf-8")


def byte_level(tokens: list[str], merges: list[str], special: list[str]) -> Tokenizer:
    """Digits one by one, then GPT-2's byte-level BPE; `special` become control tokens."""
    vocabulary = {token: index for index, token in enumerate(tokens)}
    pairs = [(left, right) for left, right in (merge.split(" ") for merge in merges)]
    tokenizer = Tokenizer(BPE(vocabulary, pairs))
    tokenizer.pre_tokenizer = Sequence(
        [Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return tokenizer


def _config(source: GGUFFile, tokens: list[str], special: list[str]) -> dict[str, Any]:
    def named(key: str) -> str | None:
        index = source.get(f"tokenizer.ggml.{key}_token_id")
        return None if index is None else tokens[index]

    return {
        "tokenizer_class": "GPT2Tokenizer",
        "add_prefix_space": False,
        "bos_token": named("bos"),
        "eos_token": named("eos"),
        "unk_token": named("unknown"),
        "pad_token": named("padding"),
        "additional_special_tokens": special,
        "model_max_length": source.need("llama.context_length"),
        "clean_up_tokenization_spaces": False,
        "chat_template": source.get("tokenizer.chat_template"),
    }
