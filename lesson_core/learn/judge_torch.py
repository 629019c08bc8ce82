"""What the judged process needs of PyTorch: tensors from the wire, and a count of the work done.

Loaded only inside the sandbox, and only for problems about tensors.
"""

from collections import Counter
from types import TracebackType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry, sdpa_flop_count

from lesson_core.learn.wire import Array

torch.set_num_threads(1)
ATTENTION = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu  # PyTorch has no formula


def build(array: Array) -> object:
    """A tensor, or a NumPy array where the problem sent one."""
    if array.kind == "numpy":
        import numpy

        return numpy.array(array.flat, dtype=array.dtype).reshape(array.shape)
    return torch.tensor(array.flat, dtype=getattr(torch, array.dtype)).reshape(array.shape)


class Counted(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts operators and their FLOP (2 per multiply-add) while the block runs.

    `counts` is None when learner code took the counter off.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.counts: dict[str, Any] | None = None
        self._calls: Counter[str] = Counter()
        self._flops = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here, and its import takes longer than PyTorch's own

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        out = func(*args, **(kwargs or {}))
        self._calls[func.overloadpacket.__name__] += 1
        formula = flop_registry.get(func.overloadpacket)
        if func.overloadpacket == ATTENTION:
            self._flops += sdpa_flop_count(  # type: ignore[no-untyped-call]
                *(tensor.shape for tensor in args[:3])
            )
        elif formula is not None:
            self._flops += formula(*args, **(kwargs or {}), out_val=out)
        return out

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        flops, calls = self._flops, dict(self._calls)
        torch.mm(torch.ones(2, 3), torch.ones(3, 2))  # 24 FLOP that must be seen
        honest = self._flops == flops + 24 and self._calls["mm"] == calls.get("mm", 0) + 1
        self.counts = {"flops": flops, "calls": calls} if honest else None
        super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
