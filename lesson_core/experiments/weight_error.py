"""How far a scheme moves the weights: a histogram of errors against the size of each matrix."""

from typing import Any

import torch

from lesson_core.model.transformer import Transformer
from lesson_core.speed import prune

LOWEST, HIGHEST, PER_DECADE = -5, 1, 4  # decades of |error| / RMS, and bins in each


def histogram(model: Transformer, twin: Transformer) -> dict[str, Any]:
    """Errors of all weights in the layers' matrices: {bins: [[centre, share]], unchanged, rms}.

    The error of a weight is |twin − model| / RMS of its matrix. `unchanged` is the share of exact
    zeros, which have no place on a logarithmic axis; `rms` is √(Σ error² / Σ weight²).
    """
    n_bins = (HIGHEST - LOWEST) * PER_DECADE
    counts = torch.zeros(n_bins, dtype=torch.float64)
    unchanged = total = 0
    error_power = power = 0.0
    for (_, before), (_, after) in zip(prune.matrices(model), prune.matrices(twin), strict=True):
        difference = (after - before).abs().flatten().float()
        size = before.square().mean().sqrt()
        moved = difference[difference > 0]
        decades = (moved / size).log10().clamp(LOWEST, HIGHEST - 1e-6).cpu()
        counts += torch.histc(decades, n_bins, LOWEST, HIGHEST).double()
        unchanged += difference.numel() - moved.numel()
        total += difference.numel()
        error_power += float(difference.square().sum())
        power += float(before.square().sum())
    centres = [10 ** (LOWEST + (i + 0.5) / PER_DECADE) for i in range(n_bins)]
    shares = (counts / total).tolist()
    return {
        "bins": [[centre, share] for centre, share in zip(centres, shares, strict=True)],
        "unchanged": unchanged / total,
        "rms": (error_power / power) ** 0.5,
    }
