"""Every listed model, exact against its published totals; special shapes against real tensors."""

import pytest
import torch

from lesson_core.theory import costs, formats, model_table, operators
from lesson_core.theory.model_table import architecture, architectures, find, plain_models, rows

PLAIN16 = formats.unpacked(2)
TOTALS = [row for row in rows("models.csv") if row["params_total"]]


@pytest.mark.parametrize("row", TOTALS, ids=[row["model"] for row in TOTALS])
def test_totals_are_exactly_the_published_ones(row: dict[str, str]) -> None:
    model = architecture(row["model"])
    # The row of DeepSeek-V3 counts matrices only: without norms and the bias of the router.
    left_out = model.small if "norms not counted" in row["provenance"] else 0
    assert model.total - left_out == int(row["params_total"])
    assert model.active - left_out == int(row["params_active"])
    assert model.read_per_step - left_out == int(row["params_read_per_step"])
    assert model.kv_numbers * 2 == int(row["kv_bytes_per_token_16bit"])


def test_only_one_row_counts_without_norms() -> None:
    assert [r["model"] for r in TOTALS if "not counted" in r["provenance"]] == ["DeepSeek-V3"]
    assert architecture("DeepSeek-V3").total == 671_026_419_200


def test_all_shapes_of_the_research_are_there() -> None:
    names = {row["model"] for row in TOTALS}
    assert {"DeepSeek-V3", "Mixtral-8x7B", "Gemma-3-27B", "Qwen3-32B", "gpt2-xl"} <= names
    assert len(TOTALS) == 28


# Sizes on the model cards, in billions: total, and active where the card says it.
CARDS = {
    "Qwen3-30B-A3B": (30.5, 3.3), "Qwen3-235B-A22B": (235, 22), "Mixtral-8x22B": (140.6, 39),
    "gpt-oss-20b": (20.9, 3.6), "gpt-oss-120b": (116.8, 5.1), "Qwen2.5-7B": (7.61, None),
    "Qwen2.5-0.5B": (0.49, None), "TinyLlama-1.1B": (1.1, None), "CodeLlama-34B": (33.7, None),
    "Falcon-180B": (180, None), "phi-4": (14.7, None), "QwQ-32B": (32.5, None),
}  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_sizes_are_those_of_the_cards(name: str) -> None:
    total, active = CARDS[name]
    model = architecture(name)
    assert model.total / 1e9 == pytest.approx(total, rel=0.015)
    if active and not name.startswith("gpt-oss"):  # that card leaves the embedding out
        assert model.active / 1e9 == pytest.approx(active, rel=0.03)


@pytest.mark.parametrize("name", list(plain_models()))
def test_a_plain_decoder_costs_what_costs_says(name: str) -> None:
    model, config = architecture(name), plain_models()[name]
    assert model.total == costs.total_parameters(config)
    assert model.read_per_step == costs.weights_read_per_step(config, 1)
    assert model.stored_bytes(PLAIN16) == costs.weight_bytes(config, 2)
    assert sum(model.read_bytes(PLAIN16).values()) == costs.weights_read_per_step(config, 2)
    packed = formats.of_recipe("int4", 2)
    assert model.stored_bytes(packed) == costs.stored_bytes(config, packed)
    assert sum(model.read_bytes(packed).values()) == costs.read_bytes_per_step(config, packed)
    assert model.kv_bytes(packed, 7) == 7 * costs.kv_token_bytes(config, packed)


def test_the_latent_cache_is_what_is_kept() -> None:
    deepseek = architecture("DeepSeek-V3")
    layer = torch.zeros(5, 512 + 64, dtype=torch.bfloat16)  # [tokens, kv_rank + rope_dim]
    assert deepseek.kv_bytes(PLAIN16, 5) == 61 * layer.nbytes


def test_a_sliding_window_stops_growing() -> None:
    gemma = architecture("Gemma-3-1B")  # 26 layers, 4 of them global, 512 tokens
    near, far = (gemma.kv_bytes(PLAIN16, tokens) for tokens in (512, 8192))
    row = 2 * 1 * 256 * 2  # key and value of the one KV head, in bytes
    assert near == 26 * 512 * row
    assert far == (4 * 8192 + 22 * 512) * row


def test_experts_fill_up_as_a_batch_grows() -> None:
    mixtral = architecture("Mixtral-8x7B")
    one, many = (sum(mixtral.read_bytes(PLAIN16, tokens).values()) for tokens in (1, 10_000))
    assert one == 2 * mixtral.read_per_step
    table = mixtral.config.vocab_size * mixtral.config.d_model
    assert many == pytest.approx(2 * (mixtral.total - table))
    two = sum(mixtral.read_bytes(PLAIN16, 2).values())
    expert = 3 * 4096 * 14336 * 32 * 2
    assert two - one == pytest.approx((8 * (1 - 0.75**2) - 2) * expert)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Meta-Llama-3-8B-Instruct", "Llama-3-8B"),
        ("meta-llama/Llama-3.1-8B", "Llama-3.1-8B"),
        ("Vicuna-7B", "Llama-2-7B"),
        ("Llama-7B", "Llama-2-7B"),
        ("DeepSeek-R1-0528 671B", "DeepSeek-V3"),
        ("Qwen3-4B-Instruct-2507", "Qwen3-4B"),
        ("Qwen3-30B-A3B-Instruct-2507", "Qwen3-30B-A3B"),
        ("Gemma-3-4B(text)", "Gemma-3-4B"),
        ("gemma-3-27b-it", "Gemma-3-27B"),
        ("Llama-2-7b-chat-hf", "Llama-2-7B"),
        ("Llama-2-70B (draft Llama-2-7B int4)", None),
        ("Llama-3", None),
        ("", None),
        ("T5-3B", None),
    ],
)
def test_names_of_measurements_are_found(said: str, meant: str | None) -> None:
    found = find(said)
    assert (found.name if found else None) == meant


def test_every_row_has_its_provenance() -> None:
    assert all(row["provenance"] for row in model_table.rows("models.csv"))
    assert len(architectures()) == len(model_table.rows("models.csv"))


@pytest.mark.parametrize("name", list(plain_models()))
def test_the_flops_of_a_decode_step_are_those_of_its_operators(name: str) -> None:
    step = operators.step(plain_models()[name], 1, 100)
    assert architecture(name).flops(1, 100) == step.flops
