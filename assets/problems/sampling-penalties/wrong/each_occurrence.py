import torch


def penalise(logits, prompt, output, repetition, presence, frequency):
    """Logits [V] after the penalties on the tokens of prompt [P] and output [N]."""
    count = torch.bincount(output, minlength=len(logits))
    times = count + torch.bincount(prompt, minlength=len(logits))
    weaker = torch.where(logits > 0, logits / repetition**times, logits * repetition**times)
    return weaker - presence * (count > 0) - frequency * count
