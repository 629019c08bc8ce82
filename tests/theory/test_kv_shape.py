"""Published configurations give the published bytes; anything else gets a sentence."""

import json

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import kv_shape, tables

LLAMA = {"num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
         "num_key_value_heads": 8}  # fmt: skip
DEEPSEEK = {"num_hidden_layers": 61, "hidden_size": 7168, "num_attention_heads": 128,
            "num_key_value_heads": 128, "kv_lora_rank": 512, "qk_rope_head_dim": 64}  # fmt: skip


def shape(config: dict[str, object]) -> kv_shape.KvShape:
    return kv_shape.read(json.dumps(config))


def test_llama_3_8b_keeps_128_kib_a_token() -> None:
    assert shape(LLAMA).bytes(1, 2) == 128 * 1024
    assert shape(LLAMA).bytes(8192, 2) == 2**30


def test_mla_keeps_one_latent_and_one_rotated_key() -> None:
    assert shape(DEEPSEEK).bytes(1, 2) == 70_272


def test_an_explicit_head_width_wins_over_the_quotient() -> None:
    assert shape({**LLAMA, "head_dim": 256}).bytes(1, 2) == 256 * 1024


@pytest.mark.parametrize("name", ["gpt2", "SmolLM2-135M", "Qwen3-8B", "Llama-2-70B"])
def test_it_agrees_with_the_published_table(name: str) -> None:
    config = tables.models()[name]
    found = kv_shape.KvShape(
        n_layers=config.n_layers, n_heads=config.n_heads, n_kv_heads=config.n_kv_heads,
        d_head=config.d_head,
    )  # fmt: skip
    assert found.bytes(1, 2) == int(tables.published(name)["kv_bytes_per_token_16bit"])


def test_query_heads_in_place_of_kv_heads_would_be_four_times_too_much() -> None:
    right = shape(LLAMA)
    assert right.with_kv_heads(right.n_heads).bytes(1, 2) == 4 * right.bytes(1, 2)


def test_windows_stop_growing() -> None:
    all_of_them = shape({**LLAMA, "sliding_window": 4096})
    assert all_of_them.bytes(10_000, 2) == all_of_them.bytes(4096, 2)
    kinds = (["sliding_attention"] * 5 + ["full_attention"]) * 4
    five_of_six = shape(
        {**LLAMA, "num_hidden_layers": 24, "sliding_window": 1024, "layer_types": kinds}
    )
    grown = five_of_six.bytes(4096, 2) - five_of_six.bytes(2048, 2)
    assert grown == 4 * 2048 * five_of_six.numbers_per_layer * 2
    off = shape({**LLAMA, "sliding_window": 4096, "use_sliding_window": False})
    assert off.bytes(10_000, 2) == 10_000 * off.bytes(1, 2)


def test_a_nested_text_config_is_read() -> None:
    assert shape({"text_config": LLAMA}) == shape(LLAMA)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "config_not_json"),
        ("{", "config_not_json"),
        ("[1]", "config_not_json"),
        ("[" * 60_000, "config_not_json"),
        ("{}", "config_key_missing"),
        (json.dumps({**LLAMA, "num_hidden_layers": -3}), "config_value_bad"),
        (json.dumps({**LLAMA, "num_key_value_heads": "8"}), "config_value_bad"),
        (json.dumps({**LLAMA, "num_attention_heads": True}), "config_value_bad"),
        (json.dumps({**LLAMA, "hidden_size": 10**30}), "config_value_bad"),
        (json.dumps({**LLAMA, "hidden_size": 3}), "config_value_bad"),
        ("x" * 100_001, "config_too_long"),
    ],
)
def test_anything_else_gets_a_sentence(text: str, code: str) -> None:
    with pytest.raises(LabError) as problem:
        kv_shape.read(text)
    assert problem.value.code == code
