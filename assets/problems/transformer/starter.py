from torch import nn


class Transformer(nn.Module):
    """Source and target ids [B, S], [B, T] to scores [B, T, vocab_size]. Not yet."""

    def __init__(self, vocab_size, width, heads, layers):
        super().__init__()
        self.transformer = nn.Transformer(width, heads, layers)
        self.head = nn.Linear(width, 1)

    def forward(self, source, target):
        return self.head(self.transformer(source, target))
