import torch


def rope(x, positions, base=10000.0):
    """Rotate x [B, heads, T, D] by its positions [T]; same shape and dtype."""
    half = x.shape[-1] // 2
    frequency = base ** (-torch.arange(half, dtype=torch.float32) / half)  # radians per token
    angle = positions.float()[:, None] * frequency  # [T, D/2]
    cos, sin = angle.cos(), angle.sin()
    first, second = x.float().split(half, dim=-1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1).to(x.dtype)
