"""Data words to plain JSON values and back, with unknown keys refused.

Works on (nested) frozen dataclasses whose fields are annotated with real types; everything that
crosses a process border or reaches the database goes through these two functions.
"""

import dataclasses
import types
import typing
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A dataclass (or container of them) as dicts, lists, strings and numbers."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """Rebuild dataclass `kind`; raises TypeError on unknown or missing keys and wrong types."""
    return typing.cast(T, _build(kind, plain, kind.__name__))


def _build(kind: Any, plain: Any, where: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, plain, where)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        if plain not in args:
            raise TypeError(f"{where} must be one of {args}, got {plain!r}")
        return plain
    if origin in (types.UnionType, typing.Union):
        return _build_union(args, plain, where)
    if origin is tuple:
        if not isinstance(plain, (list, tuple)):
            raise TypeError(f"{where} must be a list, got {plain!r}")
        return tuple(_build(args[0], item, f"{where}[]") for item in plain)
    if origin is dict:
        if not isinstance(plain, dict):
            raise TypeError(f"{where} must be an object, got {plain!r}")
        return {key: _build(args[1], item, f"{where}.{key}") for key, item in plain.items()}
    if kind is Any or kind is object:
        return plain
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if not isinstance(plain, kind) or (isinstance(plain, bool) and kind is not bool):
        raise TypeError(f"{where} must be {kind.__name__}, got {plain!r}")
    return plain


def _build_union(args: tuple[Any, ...], plain: Any, where: str) -> Any:
    if plain is None and type(None) in args:
        return None
    problems = []
    for option in args:
        if option is type(None):
            continue
        try:
            return _build(option, plain, where)
        except TypeError as problem:
            problems.append(str(problem))
    raise TypeError("; ".join(problems) or f"{where} must not be {plain!r}")


def _build_dataclass(kind: Any, plain: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        raise TypeError(f"{where} must be an object, got {plain!r}")
    hints = typing.get_type_hints(kind)
    unknown = set(plain) - set(hints)
    if unknown:
        raise TypeError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    values = {key: _build(hints[key], item, f"{where}.{key}") for key, item in plain.items()}
    return kind(**values)
