"""Tiny random models of every family, built by transformers and saved as the Hub would."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers as hf

SIZES: dict[str, Any] = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "tie_word_embeddings": False,
}
GPT2_SIZES: dict[str, Any] = {
    "vocab_size": 97,
    "n_embd": 32,
    "n_layer": 3,
    "n_head": 4,
    "n_positions": 64,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def _llama(**more: Any) -> Any:
    return hf.LlamaForCausalLM(hf.LlamaConfig(**(SIZES | more)))


def _qwen2(**more: Any) -> Any:
    return hf.Qwen2ForCausalLM(hf.Qwen2Config(**(SIZES | more)))


def _qwen3(**more: Any) -> Any:
    return hf.Qwen3ForCausalLM(hf.Qwen3Config(**(SIZES | more)))


FAMILIES: dict[str, Callable[[], Any]] = {
    "llama-mha": lambda: _llama(num_key_value_heads=4),
    "llama-gqa": lambda: _llama(num_key_value_heads=2),
    "llama-mqa-tied": lambda: _llama(num_key_value_heads=1, tie_word_embeddings=True),
    "llama-bias": lambda: _llama(num_key_value_heads=2, attention_bias=True),
    "llama-theta": lambda: _llama(
        num_key_value_heads=2, rope_parameters={"rope_type": "default", "rope_theta": 100_000.0}
    ),
    "qwen2-gqa": lambda: _qwen2(num_key_value_heads=2),
    "qwen2-tied": lambda: _qwen2(num_key_value_heads=1, tie_word_embeddings=True),
    "qwen3-head-dim": lambda: _qwen3(num_key_value_heads=2, head_dim=16),
    "qwen3-tied": lambda: _qwen3(num_key_value_heads=1, head_dim=8, tie_word_embeddings=True),
    "gpt2": lambda: hf.GPT2LMHeadModel(hf.GPT2Config(**GPT2_SIZES)),
    "gpt2-untied": lambda: hf.GPT2LMHeadModel(
        hf.GPT2Config(**GPT2_SIZES, tie_word_embeddings=False)
    ),
}


def build(family: str, folder: Path) -> Any:
    """A random model of `family`, saved to `folder`. Biases and norms are not left at 0 and 1."""
    hf.utils.logging.disable_progress_bar()
    torch.manual_seed(7)
    model = FAMILIES[family]().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    return model
