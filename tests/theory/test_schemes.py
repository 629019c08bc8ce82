"""Names of formats: sizes of real GGUF files, bits per weight, and what no name may mean."""

import pytest

from lesson_core.theory.model_table import architecture
from lesson_core.theory.schemes import named

# Sizes of files in GiB as llama-bench prints them (ggml-org/llama.cpp, XiongjieDai).
FILES = [
    ("Llama-2-7B", "f16", 12.55), ("Llama-2-7B", "Q8_0", 6.67), ("Llama-2-7B", "Q4_0", 3.56),
    ("Llama-3-8B", "Q4_K_M", 4.58), ("Llama-3.1-8B", "Q8_0", 7.95), ("Llama-3-8B", "f16", 14.96),
    ("Llama-3-70B", "Q4_K_M", 39.59), ("Llama-3-70B", "f16", 131.42),
]  # fmt: skip


@pytest.mark.parametrize(("model", "kind", "gib"), FILES)
def test_a_gguf_file_has_the_size_that_is_published(model: str, kind: str, gib: float) -> None:
    scheme = named(kind)
    assert scheme is not None
    assert architecture(model).stored_bytes(scheme) / 2**30 == pytest.approx(gib, rel=0.002)


@pytest.mark.parametrize(
    ("said", "bits", "head_bits"),
    [
        ("bf16", 16, 16), ("BF16", 16, 16), ("fp32", 32, 32), ("bf16?", 16, 16), ("FP8", 8, 16),
        ("fp4", 4.5, 16), ("int8 (LLM.int8)", 8, 16), ("int4-g32", 5, 16), ("4bit", 4.15625, 16),
        ("GPTQ-Int8", 8.1875, 16), ("AWQ-INT4", 4.15625, 16), ("GPTQ-4bit-g128", 4.15625, 16),
        ("EXL2-2.5bpw", 2.5, 6), ("q4", 4.5, 4.5), ("q6", 6.5, 6.5), ("q4-g32", 5, 5),
        ("Q4_1", 5, 6.5625), ("Q6_K", 6.5625, 6.5625), ("MXFP4", 16, 16), ("W4A16", 4.15625, 16),
    ],
)  # fmt: skip
def test_bits_per_weight(said: str, bits: float, head_bits: float) -> None:
    scheme = named(said)
    assert scheme is not None
    width = 2**14  # wide enough for a scale per row to be nothing
    assert 8 * scheme.linear.bytes(width) / width == pytest.approx(bits, rel=2e-3)
    assert 8 * scheme.head.bytes(width) / width == pytest.approx(head_bits, rel=2e-3)


def test_mxfp4_packs_the_experts_only() -> None:
    scheme = named("MXFP4")
    assert scheme is not None
    assert scheme.of("expert_up").bytes(320) == 170  # 4 bits, and a byte per 32
    assert scheme.of("q").bits == 16


def test_a_tool_that_packs_the_head_says_so() -> None:
    scheme = named("int8", packs_head=True)
    assert scheme is not None
    assert scheme.head.bits == 8


def test_the_cache_has_a_format_of_its_own() -> None:
    for said, bits in (("", 16), ("f16", 16), ("fp8", 8), ("fp32", 32), ("(default)", 16)):
        scheme = named("int8", said)
        assert scheme is not None
        assert scheme.kv.bits == bits


@pytest.mark.parametrize("said", ["", "banana", "q", "Q9_9", "0", "é"])
def test_an_unknown_name_is_none(said: str) -> None:
    assert named(said) is None
