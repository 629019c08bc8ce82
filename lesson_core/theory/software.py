"""Classes of inference software: how they split a model, and what they overlap.

A class is what efficiencies are learned for; a benchmark's free text is put into one by its words.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Software:
    """`layer_split`: several cards hold different layers and take turns, so a step is no faster.

    `overlapped`: the CPU dispatches ahead, the slower of dispatching and computing is felt.
    `packs_head`: quantised weights include the head. `splits_head`: tensor parallel divides it.
    """

    name: str
    family: str
    layer_split: bool = False
    overlapped: bool = False
    packs_head: bool = False
    splits_head: bool = True


CLASSES = {
    software.name: software
    for software in (
        Software(name="llama.cpp", family="llama.cpp", layer_split=True),
        Software(name="llama.cpp 2025", family="llama.cpp", layer_split=True),
        Software(name="llama.cpp Metal", family="llama.cpp", layer_split=True),
        Software(name="llama.cpp CPU", family="llama.cpp", layer_split=True),
        Software(name="server", family="server"),
        Software(name="vLLM 2023", family="server"),
        # gpt-fast's tp.py splits the layers and leaves the vocabulary projection whole.
        Software(name="compiled", family="compiled", packs_head=True, splits_head=False),
        Software(name="eager", family="eager", layer_split=True, overlapped=True),
        Software(name="ExLlama", family="exllama", layer_split=True),
        Software(name="MLC", family="mlc"),
        Software(name="MLX", family="mlx", layer_split=True),
        Software(name="TinyChat", family="tinychat", layer_split=True),
        Software(name="other", family="other"),
    )
}
SERVER_SINCE = r"v0\.(?:[6-9]|\d\d)|v1\b|202[5-9]"
"""vLLM before 2024 dispatched eagerly from Python; what names no version is taken to be old."""

WORDS = (
    (r"gpt-?fast|compile", "compiled"),
    (r"llama\.?_?cpp|llama-bench|koboldcpp|ollama", "llama.cpp"),
    (r"mlx", "MLX"), (r"mlc", "MLC"), (r"exllama|exl2|tabbyapi", "ExLlama"),
    (r"tinychat", "TinyChat"), (r"transformers|hugging|eager|accelerate", "eager"),
    (r"sglang|tensorrt|trt-?llm|lmdeploy|deepspeed|text-generation-inference|\btgi\b", "server"),
    (r"vllm", "vLLM 2023"),
)  # fmt: skip
ELSEWISE = r"specul|mtp|medusa|eagle|draft"
"""Software that makes several tokens a step: its rate says nothing about one step."""


def classify(text: str, memory: str) -> Software | None:
    """The class a benchmark's description means; None where the description is of something else.

    `memory` is the kind of the hardware's memory: one build of llama.cpp is Metal on a Mac.
    """
    said = text.lower()
    if re.search(ELSEWISE, said):
        return None
    found = next((name for pattern, name in WORDS if re.search(pattern, said)), "other")
    if found == "llama.cpp":
        found = _llama_cpp(said, memory)
    elif found == "vLLM 2023" and re.search(SERVER_SINCE, said):
        found = "server"
    return CLASSES[found]


def _llama_cpp(said: str, memory: str) -> str:
    if memory == "cpu":
        return "llama.cpp CPU"
    if memory == "unified" and "cuda" not in said:
        return "llama.cpp Metal"
    return "llama.cpp 2025" if re.search(r"202[5-9]", said) else "llama.cpp"
