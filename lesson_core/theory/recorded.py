"""What was measured once and ships with the lab: assets/recorded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "assets" / "recorded"


@cache
def recorded(name: str) -> dict[str, Any]:
    """The record of this name; whoever wrote it says what is in it."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found
