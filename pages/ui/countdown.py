"""How much time is left, counting down in the browser: no rerun of the page for it.

What the component receives: {lang, labels, left_s (negative when the time is over), paused}.
"""

from pages.ui.component_loader import mount


def countdown(*, key: str, left_s: float, paused: bool) -> None:
    """“12:05 left”, standing still while paused."""
    mount("countdown", key=key, data={"left_s": round(left_s, 1), "paused": paused})
