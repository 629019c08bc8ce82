"""Which rungs there are, and where their held-out text and a piece of their training text lie."""

from lesson_core.artefacts.registry import REPOSITORY, Registry

HELD_OUT = REPOSITORY / "assets" / "recorded" / "ladder_held_out.safetensors"
TEXT = REPOSITORY / "assets" / "recorded" / "ladder_text.safetensors"
"""English documents of the training text: enough for a minute, written by an Apache-2.0 model."""


def rungs() -> tuple[str, ...]:
    """The bundled rungs, the smallest first."""
    return tuple(found.id for found in Registry.load().all() if found.kind == "ladder_rung")
