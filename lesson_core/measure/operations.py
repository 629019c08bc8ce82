"""What one piece of work asks of PyTorch: how many operations, what passes between them, and where
the time goes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

Work = Callable[[], object]

MATRICES = (
    "aten::matmul",
    "aten::mm",
    "aten::addmm",
    "aten::linear",
    "aten::mv",
    "aten::_weight_int",
)
ATTENTION = ("attention", "aten::bmm", "softmax", "masked_fill", "repeat_interleave", "aten::tril")


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations inside a `with`, and the bytes that they read and write.

    Views move nothing and are left out. Tensors in the same memory as one of `apart` (weights, the
    KV cache) are left out of the bytes: what remains is what operations hand to one another.
    """

    def __init__(self, apart: Iterable[Tensor] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0
        self.nbytes = 0
        self._apart = {tensor.untyped_storage().data_ptr() for tensor in apart}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if not func.is_view:
            self.count += 1
            self.nbytes += sum(self._size(leaf) for leaf in tree_leaves((args, kwargs, result)))
        return result

    def _size(self, leaf: object) -> int:
        if not isinstance(leaf, Tensor) or leaf.untyped_storage().data_ptr() in self._apart:
            return 0
        return leaf.numel() * leaf.element_size()


@dataclass
class Profile:
    """Seconds of one profiled piece of work by what was done; `calls` are those it made."""

    total_s: float
    by_kind: dict[str, float] = field(default_factory=dict)
    calls: int = 0


def profile(work: Work) -> Profile:
    """Run `work` once under torch's profiler, which makes every operation slower.

    Kinds: "matrices", "attention", "small" (all other operations) and "between" (Python and
    dispatching, while no operation runs).
    """
    with (
        torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as taken,
        torch.profiler.record_function("work"),
    ):
        work()
    events = list(taken.events() or ())
    whole = next(event for event in events if event.name == "work")
    found = Profile(total_s=whole.time_range.elapsed_us() / 1e6)
    for event in _outermost(whole.cpu_children):
        kind = _kind(event)
        found.by_kind[kind] = found.by_kind.get(kind, 0.0) + event.time_range.elapsed_us() / 1e6
        found.calls += 1
    found.by_kind["between"] = max(0.0, found.total_s - sum(found.by_kind.values()))
    return found


def _outermost(events: Iterable[Any]) -> Iterable[Any]:
    """Operations that no other operation called; wrappers of compiled code are looked through."""
    for event in events:
        if event.name.startswith("aten::") or "cpp_fused" in event.name:
            yield event
        else:
            yield from _outermost(event.cpu_children)


def _kind(event: Any) -> str:
    if any(part in event.name for part in ATTENTION) or _batched(event):
        return "attention"
    return "matrices" if event.name.startswith(MATRICES) else "small"


def _batched(event: Any) -> bool:
    """A product per head is attention's; a product with weights is not batched."""
    return any(child.name == "aten::bmm" or _batched(child) for child in event.cpu_children)
