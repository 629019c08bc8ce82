"""What a decode step reads of a published model with experts, as more sequences decode together."""

from lesson_core.theory import schemes
from lesson_core.theory.architectures import Architecture, Experts
from lesson_core.theory.formats import Scheme
from lesson_core.theory.model_table import architecture

WRITTEN = {"Mixtral-8x7B": "bf16", "gpt-oss-120b": "mxfp4", "Qwen3-30B-A3B": "bf16",
           "DeepSeek-V3": "fp8"}  # fmt: skip
"""Models with experts, and the format their weights were published in."""
DEFAULT = "DeepSeek-V3"


def routing(name: str) -> Experts:
    """The experts of a model; KeyError if it has none."""
    found = architecture(name).experts
    if found is None:
        raise KeyError(f"{name} has no experts")
    return found


def alike(count: int, per_token: int) -> Architecture:
    """The model whose tokens visit `per_token` of `count` experts; the default if none does."""
    for name in WRITTEN:
        if (routing(name).count, routing(name).per_token) == (count, per_token):
            return architecture(name)
    return architecture(DEFAULT)


def written(name: str) -> Scheme:
    """The format in which a model's weights were published."""
    scheme = schemes.named(WRITTEN[name])
    if scheme is None:
        raise KeyError(f"no scheme {WRITTEN[name]}")
    return scheme


def per_step(name: str, batch: int) -> float:
    """Bytes of weights that a step of `batch` sequences reads, if routing is even."""
    return sum(architecture(name).read_bytes(written(name), batch).values())


def with_visited(name: str, visited: float) -> float:
    """Bytes of a step that visits so many distinct experts per layer, as counted somewhere."""
    experts = [m for m in architecture(name).matrices if m.name.startswith("expert")]
    scheme, shape = written(name), routing(name)
    all_experts = sum(m.stored * scheme.of(m.name).bytes(m.d_in, m.d_out) for m in experts)
    return per_step(name, 1) + (visited - shape.per_token) * all_experts / shape.count


def whole(name: str) -> float:
    """Bytes of a step that visits every expert: what a dense model of this size always reads."""
    return with_visited(name, routing(name).count)
