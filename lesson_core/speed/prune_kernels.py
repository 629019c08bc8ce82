"""2:4 with the kernel that it was made for: sparse tensor cores skip the zeros.

Only NVIDIA GPUs since Ampere have it. On a CPU there is no such kernel, and a 2:4 mask stays what
every mask is there: zeros that are read and multiplied like all the rest.
"""

import torch
from torch import nn
from torch.sparse import SparseSemiStructuredTensor, to_sparse_semi_structured

from lesson_core.errors import LabError
from lesson_core.model.transformer import Transformer

AMPERE = (8, 0)
TYPES = (torch.float16, torch.bfloat16)


def has_kernel(model: Transformer) -> bool:
    """Whether the model's device and precision have a kernel for 2:4."""
    table = model.embedding.weight
    if table.device.type != "cuda" or table.dtype not in TYPES:
        return False
    return torch.cuda.get_device_capability(table.device) >= AMPERE


def compressed(model: Transformer) -> Transformer:
    """Store the matrices of a 2:4-pruned model (which is changed) as their non-zero half.

    Raises LabError("prune_no_kernel") where nothing could read them.
    """
    table = model.embedding.weight
    if not has_kernel(model):
        precision = str(table.dtype).removeprefix("torch.")
        raise LabError("prune_no_kernel", device=str(table.device), precision=precision)
    SparseSemiStructuredTensor._FORCE_CUTLASS = True  # cuSPARSELt is not in every build
    for module in model.layers.modules():
        if isinstance(module, nn.Linear):
            packed = to_sparse_semi_structured(module.weight)
            module.weight = nn.Parameter(packed, requires_grad=False)
    return model
