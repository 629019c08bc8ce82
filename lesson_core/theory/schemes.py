"""The formats that published measurements name, as schemes: GGUF kinds, GPTQ, AWQ, EXL2, MLX, fp8.

Block sizes and bytes of the GGUF kinds: ggml-common.h of ggml-org/llama.cpp (Q4_0 is 18 bytes for
32 weights; a K kind shares its scales over 256). Which tensors keep a wider format follows each
tool's habit: GPTQ, AWQ and fp8 checkpoints leave the head in 16 bits, gpt-fast packs it too,
llama.cpp writes it as Q6_K.
"""

import re
from dataclasses import replace

from lesson_core.theory.formats import Format, Scheme, plain, unpacked

GGUF = {
    "q2_k": (256, 84), "q3_k": (256, 110), "q4_0": (32, 18), "q4_1": (32, 20), "q5_0": (32, 22),
    "q5_1": (32, 24), "q8_0": (32, 34), "q4_k": (256, 144), "q5_k": (256, 176), "q6_k": (256, 210),
}  # fmt: skip
"""Kind → (weights in a block, bytes of the block)."""

SIXTEEN = {"bf16", "f16", "fp16", "float16", "bfloat16", "half", "none", "16bit"}
THIRTYTWO = {"fp32", "f32", "float32", "float"}
SENSITIVE = ("v", "down", "expert_down", "shared_down")
"""llama.cpp's medium kinds write half of these in Q6_K."""


def gguf(kind: str) -> Format:
    """The format of one GGUF kind ("q4_0")."""
    block, size = GGUF[kind]
    return Format(name=kind.upper(), bits=8 * size / block)


def named(dtype: str, kv_dtype: str = "", *, packs_head: bool = False) -> Scheme | None:
    """The scheme a measurement calls `dtype`; None when the name says nothing we know.

    `packs_head`: the tool quantises the head like the rest where the name leaves it open.
    """
    word = re.sub(r"[\s?]+", "", dtype.lower())
    scheme = _weights(word, packs_head)
    if scheme is None:
        return None
    kv = re.sub(r"[\s?]+", "", kv_dtype.lower())
    if kv.startswith(("fp8", "int8", "q8")) or kv in ("e4m3", "e5m2"):
        return replace(scheme, kv=Format(name="8-bit", bits=8))
    return replace(scheme, kv=plain(4 if kv in THIRTYTWO else 2))


def _weights(word: str, packs_head: bool) -> Scheme | None:
    base = unpacked(2)
    if word in SIXTEEN:
        return base
    if word in THIRTYTWO:
        return unpacked(4)
    llama = _llama_cpp(word)
    if llama is not None:
        return llama
    if word.startswith("mxfp4"):  # only the experts are in 4 bits
        four = Format(name="mxfp4", bits=4, block=32, extra=1)
        return replace(
            base, others=dict.fromkeys(("expert_gate", "expert_up", "expert_down"), four)
        )
    packed = _packed(word)
    if packed is None:
        return None
    if word.startswith("exl"):
        return replace(base, linear=packed, head=Format(name="6-bit", bits=6))
    whole = packs_head or re.fullmatch(r"q\d(-g\d+)?", word) is not None  # MLX packs the table too
    return replace(base, linear=packed, head=packed, table=packed) if whole else replace(
        base, linear=packed
    )  # fmt: skip


def _llama_cpp(word: str) -> Scheme | None:
    kind = re.fullmatch(r"(q\d)_(0|1|k)(?:_(s|m|l))?", word)
    if kind is None or f"{kind[1]}_{kind[2]}" not in GGUF:
        return None
    main, six = gguf(f"{kind[1]}_{kind[2]}"), gguf("q6_k")
    wide = main if main.bits > six.bits else six  # the head is Q6_K, or Q8_0 in a Q8_0 file
    scheme = replace(unpacked(2), linear=main, head=wide, table=main)
    if kind[3] == "m" and main.bits < six.bits:
        half = Format(name="half Q6_K", bits=(main.bits + six.bits) / 2)
        return replace(scheme, others=dict.fromkeys(SENSITIVE, half))
    return scheme


def _packed(word: str) -> Format | None:
    """Bits and group out of names like "GPTQ-Int8", "int4-g128 (AWQ)", "EXL2-2.5bpw", "q6"."""
    if word.startswith(("fp8", "e4m3", "w8a8-fp8")):
        return Format(name="fp8", bits=8)
    if word.startswith(("fp4", "nvfp4")):
        return Format(name="fp4", bits=4, block=16, extra=1)
    bpw = re.search(r"(\d+(?:\.\d+)?)bpw", word)
    if bpw:
        return Format(name=word, bits=float(bpw[1]))
    found = re.search(r"(?:int|gptq|awq|q|w|nf)([2-8])(?![\d_])|([2-8])-?bit|^[48]$", word)
    if found is None:
        return None
    bits = int(found[1] or found[2] or word[-1])
    group = re.search(r"g(\d+)", word)
    if bits == 8 and not group and not word.startswith(("gptq", "awq", "q8")):
        return Format(name="int8", bits=8, extra=2)  # a scale per output channel
    mlx = re.fullmatch(r"q\d(-g\d+)?", word) is not None
    size = int(group[1]) if group else 64 if mlx else 128
    zero = 2.0 if mlx or size <= 64 else bits / 8  # a bias in 16 bits, or a packed zero
    return Format(name=word, bits=bits, block=size, extra=2 + zero)
