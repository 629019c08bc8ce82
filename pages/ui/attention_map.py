"""Where a chosen head of a chosen layer looks, on the learner's own sentence.

What the component receives: {lang, labels, message, tokens: [text], n_layers, n_heads, scale,
weights_z, layer, head (where to begin), report}. `weights_z` is base64 of zlib of uint8
[n_layers, n_heads, T, T] in 1/scale, row looks at column: all maps at once, so that layer and head
change in the browser without a round trip. With `report` a change is told to Python as well.
"""

from collections.abc import Callable
from typing import Any

from pages.ui.component_loader import mount


def attention_map(
    *,
    key: str,
    detail: dict[str, Any] | None,
    layer: int = 0,
    head: int = 0,
    message: str = "",
    on_look: Callable[[], None] | None = None,
) -> dict[str, int] | None:
    """Draw the maps in the detail of an `attention` data event (None: only `message` yet).

    With `on_look`, returns the learner's {layer, head} after each change (a rerun); without it
    nothing is sent back.
    """
    empty: dict[str, Any] = {"tokens": [], "n_layers": 0, "n_heads": 0, "scale": 255}
    names = ("tokens", "n_layers", "n_heads", "scale", "weights_z")
    shown = {name: detail[name] for name in names} if detail else {**empty, "weights_z": None}
    data = {**shown, "layer": layer, "head": head, "message": message, "report": bool(on_look)}
    if on_look is None:
        mount("attention_map", key=key, data=data)
        return None
    result = mount("attention_map", key=key, data=data, on_look_change=on_look)
    return dict(result.look) if result.look else None
