"""An encoder–decoder around `nn.Transformer`, judged by which scores a changed input moves."""

from random import Random
from typing import Any

from lesson_core.errors import LabError
from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem, broken

SHAPE, LAYERS = [3, 8, 11], 2  # of the driver's call
MOVES = {  # by look, which of four places of the target must move; None where it may
    "ahead": (False, False, True, True),
    "rows": (False, False, False, False),
    "order_source": (True, True, True, True),
    "order_target": (None, None, None, True),
    "whole_source": (True, True, True, True),
    "padding": (False, False, False, False),
}


def accept(arguments: tuple[Any, ...], found: Any) -> LabError | None:
    """The facts that the driver found, against what the statement promises."""
    look = arguments[0]
    if look == "shape":
        return _shape(found)
    if look == "gradients":
        return broken("gradients", name=found["still"][0]) if found["still"] else None
    for place, (must, moved) in enumerate(zip(MOVES[look], found["moved"], strict=True)):
        if must is not None and moved != must:
            rule = "unseen" if look == "ahead" and must else look
            return broken(rule, place=place)
    return None


def _shape(found: Any) -> LabError | None:
    if found["shape"] != SHAPE:
        return broken("shape", got=str(found["shape"]), expected=str(SHAPE))
    if found["layers"] != [LAYERS, LAYERS]:
        encoder, decoder = found["layers"]
        return broken("layers", encoder=encoder, decoder=decoder, wanted=LAYERS)
    return broken("probabilities") if found["probabilities"] else None


def look(name: str, seed: int) -> Case:
    return Case((name, seed), accept=accept)


def hidden(rng: Random) -> tuple[Probe, ...]:
    names = (*MOVES, "gradients")
    return tuple(Probe(look(name, rng.randrange(2**31)), name) for name in names)


PROBLEM = Problem(
    id="transformer",
    function="Transformer",
    visible=(look("shape", 0), look("ahead", 0)),
    hidden=hidden,
    torch=True,
)
