import torch
from torch import nn


class HalfOff(nn.Module):
    """Dropout that always drops the same half, so that a run can be repeated."""

    def forward(self, x):
        kept = 2.0 * (torch.arange(x.shape[-1]) % 2)
        return x * kept if self.training else x


class Model(nn.Module):
    def __init__(self, table, head):
        super().__init__()
        self.table, self.head = nn.Parameter(table), nn.Parameter(head)
        self.dropout = HalfOff()
        self.graphs = False

    def forward(self, ids):
        self.graphs = self.graphs or torch.is_grad_enabled()
        return self.dropout(self.table[ids]) @ self.head


def drive(learner, table, head, training, batches, once):
    """The loss, and what became of the model: its mode, and whether graphs were kept."""
    model = Model(table, head).train(training)
    loss = learner.evaluate(model, iter(batches) if once else batches)
    modes = {module.training for module in model.modules()}
    return {"loss": loss, "training": sorted(modes), "graphs": model.graphs}
