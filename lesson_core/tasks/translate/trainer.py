"""One training step of the translation model, and how well it does on sentences held out.

Weights and optimisers are fp32; forward and backward run on a copy, in bf16 where that is fast.
Muon moves the matrices inside the layers, AdamW the embedding table and the vectors. Sources:
Jordan et al. 2024, "Muon"; Loshchilov & Hutter 2019, arXiv:1711.05101.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.attending import PAD, Shape
from lesson_core.model.encoder_decoder import EncoderDecoder
from lesson_core.tasks.translate.batches import Batch, Batches

PEAK, MUON_PEAK, WARM_UP = 1.5e-3, 4e-3, 200
SMOOTHING = 0.1
MEMORY = 0.999  # of the running average of the weights


def shape_for(vocab_size: int, dropout: float) -> Shape:
    """The shape of the bundled model."""
    return Shape(
        vocab_size=vocab_size, d_model=256, n_heads=4, d_ff=768,
        encoder_layers=3, decoder_layers=2, max_len=256, dropout=dropout,
    )  # fmt: skip


def loss_of(model: EncoderDecoder, batch: Batch, smoothing: float) -> Tensor:
    """Mean nats per token of the target; padding is not scored.

    The decoder sees the true beginning of the answer (teacher forcing), all positions at once.
    """
    hidden = model.write(batch.shown, model.read(batch.source))  # [B, T, d_model]
    real = batch.wanted != PAD
    logits = model.logits(hidden[real]).float()  # [tokens, vocab_size]
    return F.cross_entropy(logits, batch.wanted[real], label_smoothing=smoothing)


def rate(step: int, steps: int, fall: int) -> float:
    """The share of the peak rate: up, flat, down."""
    return min(1.0, (step + 1) / WARM_UP, max(0.0, (steps - step) / fall))


class Trainer:
    """fp32 weights with their optimiser and average, and the bf16 copy that computes."""

    def __init__(self, shape: Shape, dtype: torch.dtype, begin: Tensor | None = None) -> None:
        model = EncoderDecoder(shape)
        if begin is not None:
            model.embedding.weight.data.copy_(begin)
        self.weights = dict(model.named_parameters())
        inside = [w for n, w in self.weights.items() if w.dim() == 2 and n != "embedding.weight"]
        rest = [w for n, w in self.weights.items() if w.dim() < 2 or n == "embedding.weight"]
        self.muon: torch.optim.Optimizer = torch.optim.Muon(
            inside, lr=MUON_PEAK, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"
        )
        self.adam: torch.optim.Optimizer = torch.optim.AdamW(
            rest, lr=PEAK, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        self.average = {name: w.detach().clone() for name, w in self.weights.items()}
        self.copy = EncoderDecoder(shape).to(dtype)
        self.refresh()

    @torch.no_grad()
    def refresh(self) -> None:
        """Bring the copy up to date."""
        torch._foreach_copy_(list(self.copy.parameters()), list(self.weights.values()))

    def step(self, batch: Batch, share: float, done: int) -> float:
        """One step at `share` of the peak rates, after `done` others; returns the loss."""
        loss = loss_of(self.copy, batch, SMOOTHING)
        loss.backward()  # type: ignore[no-untyped-call]
        for weight, copied in zip(self.weights.values(), self.copy.parameters(), strict=True):
            weight.grad = None if copied.grad is None else copied.grad.float()
            copied.grad = None
        torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        self.muon.param_groups[0]["lr"] = MUON_PEAK * share
        self.adam.param_groups[0]["lr"] = PEAK * share
        self.muon.step()
        self.adam.step()
        self.refresh()
        if done % 5 == 0:
            keep = min(MEMORY, (1 + done) / (10 + done)) ** 5
            news: list[Tensor] = list(self.weights.values())
            torch._foreach_lerp_(list(self.average.values()), news, 1 - keep)
        return float(loss.detach())


@torch.no_grad()
def held_out(model: EncoderDecoder, batches: Batches) -> dict[str, float]:
    """Nats per target token of the validation pairs, per language written."""
    nats: dict[str, float] = {"en": 0.0, "zh": 0.0}
    tokens = dict.fromkeys(nats, 0)
    for target in ("en", "zh"):
        items = [item for item in batches.items if item.target == target]
        for start in range(0, len(items), 64):
            batch = batches.make(items[start : start + 64], None)
            count = int((batch.wanted != PAD).sum())
            nats[target] += float(loss_of(model, batch, 0.0)) * count
            tokens[target] += count
    return {target: nats[target] / tokens[target] for target in nats}
