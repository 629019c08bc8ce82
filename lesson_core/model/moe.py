"""A feed-forward part of many experts, of which each token visits a few.

`router` scores the experts for a token; the best `per_token` of them run, weighted by a softmax
over their scores. Only visited experts are read: that is the saving, and it fills up with a batch.
`every_expert` is the slow twin that runs all of them and throws most of it away.
Source: Mixtral (Jiang et al. 2024), whose routing this is; no shared experts.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.theory.architectures import Experts


class MixtureOfExperts(nn.Module):
    """`experts.count` gated experts of width `experts.d_expert`; `visited` is of the last call."""

    def __init__(self, d_model: int, experts: Experts) -> None:
        super().__init__()
        self.per_token = experts.per_token
        self.router = nn.Linear(d_model, experts.count, bias=False)
        width = experts.d_expert
        self.gate_up = nn.Parameter(torch.randn(experts.count, 2 * width, d_model) * d_model**-0.5)
        self.down = nn.Parameter(torch.randn(experts.count, d_model, width) * width**-0.5)
        self.visited: list[int] = []

    def route(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """For each token of `x` [T, d_model]: its experts and their weights, [T, per_token]."""
        scores, chosen = self.router(x).topk(self.per_token, dim=-1)
        return chosen, scores.softmax(dim=-1)

    def expert(self, index: int, x: Tensor) -> Tensor:
        """One expert on some tokens: [n, d_model] to [n, d_model]."""
        gate, up = F.linear(x, self.gate_up[index]).chunk(2, dim=-1)
        return F.linear(F.silu(gate) * up, self.down[index])

    def forward(self, x: Tensor) -> Tensor:
        """Each visited expert once, on the tokens that chose it: [T, d_model] to the same."""
        chosen, weights = self.route(x)
        out = torch.zeros_like(x)
        self.visited = sorted(set(chosen.flatten().tolist()))
        for index in self.visited:
            token, place = (chosen == index).nonzero(as_tuple=True)
            part = self.expert(index, x[token]) * weights[token, place, None]
            out.index_add_(0, token, part)
        return out

    def every_expert(self, x: Tensor) -> Tensor:
        """The same, by running all experts on all tokens and weighting most of them by zero."""
        chosen, weights = self.route(x)
        whole = torch.zeros(x.shape[0], self.gate_up.shape[0], dtype=x.dtype)
        whole.scatter_(1, chosen, weights)
        parts = [self.expert(i, x) * whole[:, i, None] for i in range(whole.shape[1])]
        return torch.stack(parts).sum(dim=0)

    @property
    def expert_bytes(self) -> int:
        """Bytes of one expert's weights."""
        return self.gate_up[0].nbytes + self.down[0].nbytes
