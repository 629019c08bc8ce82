import math

import torch
from torch import nn


class Transformer(nn.Module):
    """Source and target ids [B, S], [B, T] to scores [B, T, vocab_size]."""

    def __init__(self, vocab_size, width, heads, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, width)
        self.positions = nn.Embedding(64, width)
        self.transformer = nn.Transformer(
            width, heads, num_encoder_layers=layers, num_decoder_layers=layers, batch_first=True
        )
        self.head = nn.Linear(width, vocab_size)

    def vectors(self, ids):
        places = self.positions(torch.arange(ids.shape[1]))
        return self.embedding(ids) * math.sqrt(self.embedding.embedding_dim) + places

    def forward(self, source, target):
        padding = source == 0
        out = self.transformer(
            self.vectors(source),
            self.vectors(target),
            src_key_padding_mask=padding,
            memory_key_padding_mask=padding,
        )
        return self.head(out)
