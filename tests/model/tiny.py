"""A model small enough to build anywhere, with fixed random weights."""

from typing import Any

import torch

from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig

CONFIG = {
    "model_type": "llama",
    "vocab_size": 50,
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32,
    "rms_norm_eps": 1e-5,
    "tie_word_embeddings": True,
    "eos_token_id": 2,
}


def tiny_model(**changes: Any) -> Transformer:
    torch.manual_seed(0)
    return Transformer(ModelConfig.from_hf(CONFIG | changes)).requires_grad_(False).eval()
