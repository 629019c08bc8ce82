"""A second model beside the first: the same tensors, shared, except those that a transform made."""

from collections.abc import Mapping

import torch
from torch import Tensor

from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig


def rebuilt(model: Transformer, config: ModelConfig, changed: Mapping[str, Tensor]) -> Transformer:
    """A model of shape `config` with the weights of `model`; `changed` by parameter name.

    What is not changed is not copied, so a transform costs the memory of what it writes.
    """
    with torch.device("meta"):  # shapes only
        twin = Transformer(config)
    twin.load_state_dict({**dict(model.named_parameters()), **changed}, strict=False, assign=True)
    twin.tie_head()
    table = twin.embedding.weight
    if twin.rotary is not None:
        twin.rotary.to(dtype=table.dtype)
    return twin.to(table.device).requires_grad_(False).eval()
