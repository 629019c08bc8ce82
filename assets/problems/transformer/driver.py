import sys
import types

import torch
import torch.nn.functional as F

VOCAB, WIDTH, HEADS = 11, 16, 2
MOVED = 1e-4  # beyond rounding, for scores around 1

# For one check of a padding mask PyTorch imports SymPy, which takes longer than all looks together.
shapes = types.ModuleType("torch.fx.experimental.symbolic_shapes")
shapes.expect_true = bool
sys.modules.setdefault(shapes.__name__, shapes)


def drive(learner, check, seed):
    """What one look at the model finds; `moved` says which scores a change of the input moved."""
    torch.manual_seed(seed)
    source, target = (
        torch.stack([torch.randperm(VOCAB - 1)[:4] + 1 for _ in range(4)]) for _ in range(2)
    )
    model = learner.Transformer(VOCAB, WIDTH, HEADS, 2 if check == "shape" else 1)
    if check == "gradients":
        return gradients(model, source[:1].repeat(1, 16), target[:1].repeat(1, 16))
    model.eval()
    with torch.no_grad():
        if check == "shape":
            return shape(model, source[:3], torch.cat([target, target], 1)[:3])
        one, other = (model(*given) for given in inputs(check, source, target))
        moved = ~((one - other).abs() < MOVED).all(-1)  # [B, T]; NaN counts as moved
        rows = moved[:1] if check == "rows" else moved
        return {"moved": rows.any(0).tolist()}


def inputs(check, source, target):
    """The input, and the same with one thing changed."""
    s, t = source.clone(), target.clone()
    if check == "ahead":
        t[:, 2] = t[:, 2] % (VOCAB - 1) + 1
    elif check == "rows":
        s[1], t[1] = s[1].flip(0), t[1].flip(0)
    elif check == "order_source":
        s[:, :2] = s[:, :2].flip(1)
    elif check == "order_target":
        t[:, :2] = t[:, :2].flip(1)
    elif check == "whole_source":
        s[:, 3] = s[:, 3] % (VOCAB - 1) + 1
    elif check == "padding":
        s = torch.cat([s, torch.zeros(4, 3, dtype=torch.long)], 1)
    return (source, target), (s, t)


def shape(model, source, target):
    scores = model(source, target)
    sums = scores.exp().sum(-1) if bool((scores <= 0).all()) else scores.sum(-1)
    parts = [torch.nn.TransformerEncoderLayer, torch.nn.TransformerDecoderLayer]
    layers = [sum(isinstance(m, part) for m in model.modules()) for part in parts]
    normal = bool((sums - 1).abs().max() < 1e-3)
    return {"shape": list(scores.shape), "probabilities": normal, "layers": layers}


def gradients(model, source, target):
    scores = model(source, target)
    F.cross_entropy(scores.flatten(0, 1), target.roll(-1, 1).flatten()).backward()
    still = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    return {"still": still}
