"""Sentences to vectors: the tokenizer, the encoder and its file, put together.

The tokenizer is WordPiece, read by the `tokenizers` library: lower case, then the longest pieces of
the vocabulary from the left; what it has no piece for becomes [UNK].
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.encoder import Encoder, EncoderConfig, pooled
from lesson_core.text.bpe import clean

MAX_TOKENS = 256  # all-MiniLM-L6-v2 was trained on no longer sentences; the rest is cut off
BATCH = 32  # sentences side by side

NAMES = {
    "tokens": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "segments": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
    "layers.{}.query": "encoder.layer.{}.attention.self.query",
    "layers.{}.key": "encoder.layer.{}.attention.self.key",
    "layers.{}.value": "encoder.layer.{}.attention.self.value",
    "layers.{}.out": "encoder.layer.{}.attention.output.dense",
    "layers.{}.attention_norm": "encoder.layer.{}.attention.output.LayerNorm",
    "layers.{}.up": "encoder.layer.{}.intermediate.dense",
    "layers.{}.down": "encoder.layer.{}.output.dense",
    "layers.{}.mlp_norm": "encoder.layer.{}.output.LayerNorm",
}


class Encoded(NamedTuple):
    """Vectors [N, d_model] of length 1, the tokens of each sentence, and how many were cut off."""

    vectors: Tensor
    tokens: list[list[str]]
    cut: list[int]


class SentenceEncoder:
    """Sentences to vectors. Make one with `SentenceEncoder.load(folder)`."""

    def __init__(self, model: Encoder, tokenizer: Tokenizer) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._limit = min(MAX_TOKENS, model.config.max_len)

    @classmethod
    def load(cls, folder: Path) -> "SentenceEncoder":
        """Read config.json, model.safetensors and tokenizer.json of an encoder.

        LabError: model_files_missing, model_file_damaged, model_tensor_missing,
        model_tensor_shape, encoder_unsupported.
        """
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            if not (folder / name).exists():
                raise LabError("model_files_missing", file=name, folder=str(folder))
        config = EncoderConfig.from_hf(json.loads((folder / "config.json").read_text("utf-8")))
        with torch.device("meta"):  # shapes only: the weights come from the file
            model = Encoder(config)
        state = dict(_renamed(model, _tensors(folder / "model.safetensors")))
        model.load_state_dict(state, assign=True)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return cls(model.requires_grad_(False).eval(), tokenizer)

    @torch.inference_mode()
    def encode(self, sentences: Sequence[str]) -> Encoded:
        """One vector per sentence; sentences of like length share a batch."""
        found = self.tokenizer.encode_batch([clean(sentence) for sentence in sentences])
        last = [one.ids[-1] for one in found]  # [SEP] stays where a sentence is cut
        ids = [
            one.ids if len(one.ids) <= self._limit else [*one.ids[: self._limit - 1], end]
            for one, end in zip(found, last, strict=True)
        ]
        vectors = torch.empty(len(ids), self.model.config.d_model)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._batch([ids[i] for i in batch])
        return Encoded(
            vectors,
            tokens=[one.tokens[: len(kept)] for one, kept in zip(found, ids, strict=True)],
            cut=[len(one.ids) - len(kept) for one, kept in zip(found, ids, strict=True)],
        )

    def _batch(self, ids: list[list[int]]) -> Tensor:
        longest = max(map(len, ids))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])  # [B, T]
        lengths = torch.tensor([len(row) for row in ids])
        seen = torch.arange(longest) < lengths.unsqueeze(1)
        return pooled(self.model(padded, seen), seen)


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as problem:
        raise LabError("model_file_damaged", file=path.name, problem=str(problem)) from problem


def _renamed(model: Encoder, tensors: dict[str, Tensor]) -> list[tuple[str, Tensor]]:
    """Our parameters, read from theirs; what else the file holds (a pooler head) is not used."""
    tensors = {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}
    found = []
    for name, wanted in model.named_parameters():
        module, _, kind = name.rpartition(".")
        parts = module.split(".")
        index = parts[1] if parts[0] == "layers" else ""
        pattern = f"layers.{{}}.{parts[2]}" if index else module
        source = f"{NAMES[pattern].format(index)}.{kind}"
        if source not in tensors:
            raise LabError("model_tensor_missing", name=source)
        if tensors[source].shape != wanted.shape:
            raise LabError("model_tensor_shape", name=name, found=list(tensors[source].shape),
                           wanted=list(wanted.shape))  # fmt: skip
        found.append((name, tensors[source].float()))
    return found
