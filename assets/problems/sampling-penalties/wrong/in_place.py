import torch


def penalise(logits, prompt, output, repetition, presence, frequency):
    """Logits [V] after the penalties on the tokens of prompt [P] and output [N]."""
    count = torch.bincount(output, minlength=len(logits))
    seen = (count > 0) | (torch.bincount(prompt, minlength=len(logits)) > 0)
    logits[seen] = torch.where(logits > 0, logits / repetition, logits * repetition)[seen]
    logits -= presence * (count > 0) + frequency * count
    return logits
