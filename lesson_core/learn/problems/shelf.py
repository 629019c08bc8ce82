"""Which problems there are, in the order in which they are offered. By theme, easy ones first."""

from lesson_core.learn.problems.problem import Problem, load

IDS = (
    # what time and memory come to
    "amdahl",
    "roofline",
    "goodput",
    "kv-bytes",
    # text in, text or a score out
    "perplexity",
    "string-to-vector",
    "classification",
    "translation-decoding",
    "evaluate",
    "bpe-merge",
    "beam-search",
    # inside the model
    "causal-mask",
    "top-p",
    "sampling-penalties",
    "kv-cache",
    "gqa",
    "rope",
    "transformer",
    "moe-router",
    "online-softmax",
    # fewer bits, smaller models
    "int4-dequant",
    "int8-linear",
    "kd-loss",
    # a server
    "lru-cache",
    "batch-wait",
    "continuous-batching",
    "prefix-cache",
    "paged-allocator",
    # two models, several devices
    "speculative-accept",
    "tensor-parallel-linear",
)


def every() -> tuple[Problem, ...]:
    """All problems."""
    return tuple(load(problem_id) for problem_id in IDS)
