"""Pruning by a mask: weights become zero, and the matrices keep their shape.

The importance of a weight is its magnitude. Only the matrices of the layers are pruned; the
embedding, the head and the norms stay. A dense product multiplies the zeros like any other number
and reads them like any other number: without a kernel that skips them, nothing gets faster.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from lesson_core.errors import LabError
from lesson_core.model.transformer import Transformer
from lesson_core.schema.checks import check_range
from lesson_core.speed.rebuild import rebuilt


def matrices(model: Transformer) -> Iterator[tuple[str, Tensor]]:
    """Every matrix of every layer, [out, in], by its parameter name."""
    for name, module in model.layers.named_modules(prefix="layers"):
        if isinstance(module, nn.Linear):
            yield f"{name}.weight", module.weight


def smallest_dropped(weight: Tensor, sparsity: float) -> Tensor:
    """True where a weight stays: all but the `sparsity` share of smallest magnitude, exactly.

    Of equal weights at the limit the first ones go.
    """
    magnitude = weight.abs().flatten()
    count = round(sparsity * magnitude.numel())
    kept = torch.ones_like(magnitude, dtype=torch.bool)
    if count:
        limit = magnitude.kthvalue(count).values
        kept = magnitude >= limit
        at_limit = (magnitude == limit).nonzero().flatten()
        kept[at_limit[: count - int((~kept).sum())]] = False
    return kept.view_as(weight)


def two_of_four(weight: Tensor) -> Tensor:
    """True where a weight stays: in each four neighbours of a row, the two largest.

    Source: Mishra et al. 2021, arXiv:2104.08378 (the pattern that sparse tensor cores read).
    """
    if weight.shape[1] % 4:
        raise LabError("prune_not_in_fours", width=weight.shape[1])
    groups = weight.abs().reshape(weight.shape[0], -1, 4)  # [out, in / 4, 4]
    kept = torch.zeros_like(groups, dtype=torch.bool)
    return kept.scatter(2, groups.topk(2, dim=2).indices, True).flatten(1)


def masked(model: Transformer, keep: Callable[[Tensor], Tensor]) -> Transformer:
    """The model with zeros where `keep` of a matrix says False."""
    changed = {name: weight * keep(weight) for name, weight in matrices(model)}
    return rebuilt(model, model.config, changed)


def unstructured(model: Transformer, sparsity: float) -> Transformer:
    """Zero the smallest weights of each matrix, wherever they stand."""
    check_range("sparsity", sparsity, 0, 0.99)
    return masked(model, lambda weight: smallest_dropped(weight, sparsity))


def semi_structured(model: Transformer) -> Transformer:
    """Zero two weights of every four neighbours ("2:4")."""
    return masked(model, two_of_four)


def zeros(model: Transformer) -> float:
    """The share of zeros in the layers' matrices."""
    found = [(int((weight == 0).sum()), weight.numel()) for _, weight in matrices(model)]
    return sum(count for count, _ in found) / sum(total for _, total in found)
