"""Which problems there are, in the order in which they are offered. Only finished ones."""

from lesson_core.learn.problems.problem import Problem, load

IDS = (
    "amdahl",
    "roofline",
    "goodput",
    "kv-bytes",
    "batch-wait",
    "lru-cache",
    "continuous-batching",
    "prefix-cache",
    "paged-allocator",
    "bpe-merge",
    "beam-search",
    "speculative-accept",
    "perplexity",
    "string-to-vector",
    "classification",
    "evaluate",
    "translation-decoding",
    "transformer",
    "causal-mask",
    "kv-cache",
    "gqa",
    "rope",
    "top-p",
    "int8-linear",
    "int4-dequant",
    "kd-loss",
    "online-softmax",
    "moe-router",
    "tensor-parallel-linear",
)


def every() -> tuple[Problem, ...]:
    """All problems."""
    return tuple(load(problem_id) for problem_id in IDS)
