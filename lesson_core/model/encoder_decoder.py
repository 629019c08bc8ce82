"""An encoder–decoder Transformer: one sequence is read whole, another is written from it.

encoder, per layer:   x = x + attention(norm(x));   x = x + mlp(norm(x))
decoder, per layer:   y = y + attention(norm(y)), each position looking back only
                      y = y + cross_attention(norm(y), x)
                      y = y + mlp(norm(y))
logits = norm(y) · embeddingᵀ

One embedding table serves both sides and the output. Tokens enter multiplied by √d_model, with
sines of their position added. Sources: Vaswani et al. 2017, arXiv:1706.03762; norms before the
sums: Xiong et al. 2020, arXiv:2002.04745; one table: Press & Wolf 2017, arXiv:1608.05859.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.attending import MLP, PAD, Attention, Dropout, Past, Shape


class EncoderLayer(nn.Module):
    """Every token of the sentence looks at every other one."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention, self.mlp = Attention(shape), MLP(shape)
        self.attention_norm, self.mlp_norm = (
            nn.LayerNorm(shape.d_model),
            nn.LayerNorm(shape.d_model),
        )
        self.drop = Dropout(shape.dropout)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        h = self.attention_norm(x)
        x = x + self.drop(self.attention(h, *self.attention.keys_values(h), seen)[0])
        x = x + self.drop(self.mlp(self.mlp_norm(x)))
        return x


class DecoderLayer(nn.Module):
    """Every token looks back at those before it, then at the whole source sentence."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention, self.cross, self.mlp = Attention(shape), Attention(shape), MLP(shape)
        self.attention_norm, self.cross_norm = (
            nn.LayerNorm(shape.d_model),
            nn.LayerNorm(shape.d_model),
        )
        self.mlp_norm = nn.LayerNorm(shape.d_model)
        self.drop = Dropout(shape.dropout)

    def forward(self, y: Tensor, past: Past, layer: int) -> Tensor:
        h = self.attention_norm(y)
        keys, values = past.append(layer, *self.attention.keys_values(h))
        y = y + self.drop(self.attention(h, keys, values, past.causal(h.shape[1]))[0])
        h = self.cross_norm(y)
        mixed, looks = self.cross(h, *past.source[layer], past.seen)
        if past.watch:
            past.looks.append(looks)
        y = y + self.drop(mixed)
        y = y + self.drop(self.mlp(self.mlp_norm(y)))
        return y


class EncoderDecoder(nn.Module):
    """Source ids and the ids written so far in, logits of every next id out."""

    positions: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocab_size, shape.d_model, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=shape.d_model**-0.5)
        self.register_buffer("positions", sines(shape.max_len, shape.d_model), persistent=False)
        self.encoder = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.encoder_norm, self.decoder_norm = (
            nn.LayerNorm(shape.d_model),
            nn.LayerNorm(shape.d_model),
        )
        self.drop = Dropout(shape.dropout)

    def embed(self, ids: Tensor, start: int = 0) -> Tensor:
        """ids [B, T] at positions start, start+1, … as vectors [B, T, d_model]."""
        x = self.embedding(ids) * math.sqrt(self.shape.d_model)
        return self.drop(x + self.positions[start : start + ids.shape[1]])  # type: ignore[no-any-return]

    def read(self, source: Tensor) -> Past:
        """Run the encoder over `source` [B, S]; the result is all a decoder needs to begin."""
        seen = (source != PAD)[:, None, None, :]
        x = self.embed(source)
        for layer in self.encoder:
            x = layer(x, seen)
        x = self.encoder_norm(x)
        return Past([layer.cross.keys_values(x) for layer in self.decoder], seen)  # type: ignore

    def write(self, ids: Tensor, past: Past) -> Tensor:
        """Hidden states [B, T, d_model] of the next ids [B, T] of the answer; `past` grows."""
        y = self.embed(ids, past.length)
        for number, layer in enumerate(self.decoder):
            y = layer(y, past, number)
        past.length += ids.shape[1]
        hidden: Tensor = self.decoder_norm(y)
        return hidden

    def logits(self, hidden: Tensor) -> Tensor:
        """[.., d_model] to [.., vocab_size], through the embedding table once more."""
        return F.linear(hidden, self.embedding.weight)

    def forward(self, source: Tensor, ids: Tensor) -> Tensor:
        """Logits [B, T, vocab_size] after each of `ids` [B, T], for sources [B, S]."""
        return self.logits(self.write(ids, self.read(source)))


def sines(length: int, width: int) -> Tensor:
    """Positions as sines and cosines of falling frequency, [length, width]."""
    frequency = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angle = torch.arange(length)[:, None] * frequency  # [length, width/2]
    return torch.cat([angle.sin(), angle.cos()], dim=-1)
