import torch


def penalise(logits, prompt, output, repetition, presence, frequency):
    """Logits [V] after the penalties on the tokens of prompt [P] and output [N]."""
    count = torch.bincount(torch.cat([prompt, output]), minlength=len(logits))
    seen = count > 0
    weaker = torch.where(logits > 0, logits / repetition, logits * repetition)
    return torch.where(seen, weaker, logits) - presence * (count > 0) - frequency * count
