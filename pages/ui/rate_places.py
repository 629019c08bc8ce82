"""Where the simulated server runs: on this machine, as just measured, or on a data sheet's card."""

from functools import cache
from typing import Any

from lesson_core.schema.plain import from_plain
from lesson_core.serve.load_lab import Place
from lesson_core.theory import serving, step_time
from lesson_core.theory.serving import Wish
from lesson_core.theory.step_time import StepPrices
from pages.ui.language import t

MODEL, DEVICE = "Llama-3.1-8B", "H100 SXM"
SCALE = 1 / 8  # of the recorded lengths, as in the experiment
BLOCK = 16  # tokens


def places(summary: dict[str, Any] | None) -> dict[str, Place]:
    """By key; this machine only once a run has timed its steps."""
    found = {"h100": _h100(t("rate.h100"))}
    if summary is None:
        return found
    here = Place(
        key="here", title=t("rate.here"), prices=from_plain(StepPrices, summary["prices"]),
        slots=(1, 2, 4, 8, 16), blocks=256, tokens=SCALE, longest=1024, budget=256,
        ttft_s=1.0, tpot_s=0.1,
    )  # fmt: skip
    return {"here": here, **found}


@cache
def _h100(title: str) -> Place:
    """All its memory beside the weights is for keys and values, less the usual reserve."""
    wish = Wish(model=MODEL, device=DEVICE, software="server")
    room = serving.memory(wish)
    tokens = (room.usable - room.weights) / room.sequence * (wish.prompt + wish.answer)
    return Place(
        key="h100", title=title, prices=step_time.elsewhere(serving.deployment(wish)),
        slots=(8, 16, 32, 64, 128, 256), blocks=int(tokens / BLOCK), tokens=1.0, longest=32_768,
        budget=2048, ttft_s=1.0, tpot_s=0.05,
    )  # fmt: skip
