"""Stop strings: an answer ends where one appears, wherever the tokens happen to be cut.

Text is held back only as long as it could still be the beginning of a stop string; nobody is ever
sent half of one.
"""

from collections.abc import Sequence


class StopFilter:
    """Passes on text piece by piece, up to the stop string that is complete first."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.stopped = False

    def push(self, piece: str) -> str:
        """What may be sent now; after a stop nothing more, ever."""
        if self.stopped:
            return ""
        text = self._held + piece
        found = first_stop(text, self._stops)
        if found is not None:
            self.stopped, self._held = True, ""
            return text[:found]
        kept = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - kept :]
        return text[: len(text) - kept]

    def flush(self) -> str:
        """The answer is over: what was held back was no stop string after all."""
        rest, self._held = self._held, ""
        return rest


def first_stop(text: str, stops: Sequence[str]) -> int | None:
    """Where the stop string begins that ends first (the longer one of two); None without any.

    "Ends first", because only that does not depend on how the text arrives.
    """
    found = [(at + len(stop), at) for stop in stops if (at := text.find(stop)) >= 0]
    return min(found)[1] if found else None


def _overlap(text: str, stop: str) -> int:
    """The longest end of `text` that is a beginning of `stop`, not all of it."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
