"""Reading a JSON object field by field: types, bounds, and nothing left over at the end."""

from collections.abc import Mapping, Set
from typing import Any

from lesson_core.serve.refusal import Refusal


class Fields:
    """A JSON object whose fields are taken one by one; at the end none may be left."""

    def __init__(self, given: Mapping[str, Any], prefix: str = "") -> None:
        self.given = {name: value for name, value in given.items() if value is not None}
        self._left = set(self.given)
        self._prefix = prefix

    def take(self, name: str, *kinds: type) -> Any:
        """The value of a field or None; of one of these types if any are named."""
        self._left.discard(name)
        value = self.given.get(name)
        if value is not None and kinds and type(value) not in kinds:
            names = {str: "a string", list: "an array", dict: "an object", bool: "true or false",
                     int: "a whole number", float: "a number"}  # fmt: skip
            raise self._bad(name, f"must be {' or '.join(names[kind] for kind in kinds)}")
        return value

    def flag(self, name: str) -> bool:
        """true or false; false if absent."""
        return bool(self.take(name, bool))

    def whole(self, name: str, absent: int | None, low: int, high: int) -> int | None:
        """A whole number between two bounds."""
        value = self.take(name, int)
        if value is None:
            return absent
        if not low <= value <= high:
            raise self._bad(name, f"is {_short(value)}; it must lie between {low:,} and {high:,}")
        return int(value)

    def number(self, name: str, absent: float, low: float, high: float) -> float:
        """A number between two bounds (NaN is none)."""
        value = self.take(name, float, int)
        if value is None:
            return absent
        if not low <= value <= high:
            raise self._bad(name, f"is {_short(value)}; it must lie between {low:g} and {high:g}")
        return float(value)

    def end(self, harmless: Set[str] = frozenset()) -> None:
        """Refuse what nobody took."""
        unknown = sorted(self._left - harmless)
        if unknown:
            raise self._bad(_short(unknown[0]), "is not a field that this server knows")

    def _bad(self, name: str, problem: str) -> Refusal:
        name = self._prefix + name
        return Refusal(400, f"`{name}` {problem}.", param=name)


def _short(value: object) -> str:
    text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 60 else text[:60] + "…"
