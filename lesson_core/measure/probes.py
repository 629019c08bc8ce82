"""The three things a machine is asked: how fast it reads, multiplies and dispatches.

Each probe takes a budget in seconds, not a count, so a slow machine is asked fewer times.
"""

import functools

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.measure import timing
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.card import Rate
from lesson_core.schema.config import ModelConfig
from lesson_core.theory import operators, stats

COLUMNS = 1024
SIDES = (256, 512, 1024, 2048, 4096, 8192)
DTYPES = {
    "fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "int8": torch.int8,
}  # fmt: skip
HOW = {
    "bandwidth": "one-row F.linear over a float32 matrix of that many bytes with 1,024 columns",
    "flops": "product of two square matrices, side grown until one takes 20 ms (at most 8,192)",
    "dispatch": "decode step of a tiny Transformer of the lab (d_model 32), per dispatched op",
}

TINY = ModelConfig(
    family="llama", n_layers=8, d_model=32, n_heads=2, n_kv_heads=1, d_head=16, d_ff=64,
    vocab_size=64, max_seq_len=64, norm="rmsnorm", norm_eps=1e-5, positions="rope",
    rope_theta=10_000.0, mlp="swiglu", tied_head=True, qkv_bias=False, linear_bias=False,
    qk_norm=False,
)  # fmt: skip


def rate(amount: float, seconds: timing.Samples) -> Rate:
    """`amount` per second, per sample and in the middle."""
    samples = tuple(amount / second for second in seconds)
    return Rate(per_s=stats.median(samples), samples=samples)


def room(size: int, device: str) -> Tensor:
    """`size` bytes of float32, written once so that the memory is really there."""
    return torch.full((size // 4,), 0.5, device=device)


@torch.inference_mode()
def bandwidth(buffer: Tensor, size: int, clock: Clock, budget_s: float) -> Rate:
    """Bytes/s read, as decode reads weights: one row times a matrix that fills `size` bytes."""
    rows = max(1, size // (4 * COLUMNS))
    matrix = buffer[: rows * COLUMNS].view(rows, COLUMNS)
    one_row = torch.ones(1, COLUMNS, device=buffer.device)
    read = functools.partial(F.linear, one_row, matrix)
    return rate(matrix.nbytes, timing.repeat_for(read, clock, budget_s))


@torch.inference_mode()
def flops(
    dtype: str, device: str, clock: Clock, budget_s: float, step_s: float = 0.02
) -> tuple[Rate, int] | None:
    """FLOP/s of a matrix product and the side used; None if the device has no such product."""
    side = SIDES[0]
    try:
        for side in SIDES:
            multiply = _product(dtype, side, device)
            multiply()  # allocates and picks a kernel
            seconds = timing.once(multiply, clock)
            if seconds >= step_s or 8 * seconds > budget_s / 2:
                break
        return rate(2 * side**3, timing.repeat_for(multiply, clock, budget_s)), side
    except (RuntimeError, TypeError, NotImplementedError):
        return None


def _product(dtype: str, side: int, device: str) -> functools.partial[Tensor]:
    kind = DTYPES[dtype]
    left = torch.ones(side, side, device=device).to(kind)
    right = torch.ones(side, side, device=device).to(kind)
    if kind is torch.int8:
        return functools.partial(torch._int_mm, left, right)
    return functools.partial(torch.mm, left, right)


@torch.inference_mode()
def dispatch(device: str, clock: Clock, budget_s: float) -> timing.Samples:
    """Seconds per operation when the operations themselves are nearly nothing."""
    model = Transformer(TINY).to(device).eval()
    cache = KVCache(TINY, 1, TINY.max_seq_len, torch.float32, device)
    token = torch.zeros(1, 1, dtype=torch.long, device=device)
    model.last_logits(token.expand(1, 8), cache)

    def step() -> None:
        model.last_logits(token, cache)
        cache.trim(1)

    count = sum(op.launches for op in operators.step(TINY, 1, 9).operators())
    return tuple(second / count for second in timing.repeat_for(step, clock, budget_s))
