"""Multi-head latent attention: what is kept per token is one small vector for all heads.

A token leaves a latent of `kv_rank` numbers, from which every head's key and value can be made
again, and one rotated key of `rope_dim` numbers that all heads share, because a rotation could
not be moved across the product that makes keys from latents. `expanded` makes all keys and values
again at each step; `absorbed` moves that product to the query's side, so that a step reads the
latents and nothing else. Both give the same. Source: DeepSeek-V2 (2024).
"""

import math

import torch
from torch import Tensor, nn

from lesson_core.model.attention import causal_mask
from lesson_core.model.layers import Rotary, rotate
from lesson_core.theory.architectures import Latent


class LatentAttention(nn.Module):
    """`latent` gives the ranks; `kept` is the cache, [tokens, kv_rank + rope_dim]."""

    def __init__(self, d_model: int, n_heads: int, d_head: int, latent: Latent, room: int) -> None:
        super().__init__()
        self.n_heads, self.d_head, self.latent = n_heads, d_head, latent
        self.q_down = nn.Linear(d_model, latent.q_rank, bias=False)
        self.q = nn.Linear(latent.q_rank, n_heads * (d_head + latent.rope_dim), bias=False)
        self.kv_down = nn.Linear(d_model, latent.kv_rank + latent.rope_dim, bias=False)
        self.kv = nn.Linear(latent.kv_rank, n_heads * (d_head + latent.d_value), bias=False)
        self.out = nn.Linear(n_heads * latent.d_value, d_model, bias=False)
        self.rotary = Rotary(latent.rope_dim, room, 10_000.0)
        self.kept = torch.empty(0, latent.kv_rank + latent.rope_dim)

    def forward(self, x: Tensor, absorb: bool = True) -> Tensor:
        """New tokens `x` [T, d_model] after those kept: [T, d_model]; their latents are kept."""
        tokens, before, m = x.shape[0], self.kept.shape[0], self.latent
        turn = self.rotary(before, tokens)
        q = self.q(self.q_down(x)).view(tokens, self.n_heads, -1).transpose(0, 1)
        plain, turned = q[..., : self.d_head], q[..., self.d_head :]  # [n_heads, T, ..]
        down = self.kv_down(x)
        shared = rotate(down[:, m.kv_rank :], turn)  # [T, rope_dim], one key for all heads
        new = torch.cat([down[:, : m.kv_rank], shared], dim=-1)
        self.kept = torch.cat([self.kept.to(new.dtype), new])
        mixed = (self.absorbed if absorb else self.expanded)(plain, rotate(turned, turn))
        result: Tensor = self.out(mixed.transpose(0, 1).reshape(tokens, -1))
        return result

    def expanded(self, plain: Tensor, turned: Tensor) -> Tensor:
        """Make every head's keys and values again, then attend: [n_heads, T, d_value]."""
        latent, shared = self._kept()
        kv = self.kv(latent).view(len(latent), self.n_heads, -1).transpose(0, 1)
        keys, values = kv[..., : self.d_head], kv[..., self.d_head :]
        scores = plain @ keys.transpose(-2, -1) + turned @ shared.T
        mixed: Tensor = self._weights(scores) @ values
        return mixed

    def absorbed(self, plain: Tensor, turned: Tensor) -> Tensor:
        """Take the queries into the latent space instead, and the result out of it."""
        latent, shared = self._kept()
        kv = self.kv.weight.view(self.n_heads, -1, self.latent.kv_rank)
        to_key, to_value = kv[:, : self.d_head], kv[:, self.d_head :]
        scores = plain @ to_key @ latent.T + turned @ shared.T  # [n_heads, T, kept]
        mixed: Tensor = self._weights(scores) @ latent @ to_value.transpose(-2, -1)
        return mixed

    def _kept(self) -> tuple[Tensor, Tensor]:
        """What is kept, apart: latents [kept, kv_rank] and shared keys [kept, rope_dim]."""
        return self.kept[:, : self.latent.kv_rank], self.kept[:, self.latent.kv_rank :]

    def _weights(self, scores: Tensor) -> Tensor:
        mask = causal_mask(scores.shape[1], scores.shape[2], scores.device)
        scale = math.sqrt(self.d_head + self.latent.rope_dim)
        return (scores / scale).masked_fill(~mask, -torch.inf).softmax(dim=-1)
