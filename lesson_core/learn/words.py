"""The interface's sentences in the reader's language, from `assets/i18n/{en,zh}.yaml`.

A missing key falls back to English, then to the key itself, so that a page never breaks over a
word. Under `LAB_STRICT_WORDS=1` (the tests) it raises KeyError instead.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parents[2] / "assets" / "i18n"

# `{name}` is a placeholder; LaTeX braces follow a letter, a backslash, `_`, `^` or `}`.
PLACEHOLDER = re.compile(r"(?<![\\A-Za-z_^}])\{([a-z][a-z0-9_]*)\}")


def t(lang: str, key: str, **params: object) -> str:
    """The sentence `key` ("errors.prompt_empty") in `lang`, its placeholders filled from params.

    Raises KeyError for a missing key or parameter when strict; params are inserted as text and
    never read as a format.
    """
    for language in (lang, "en"):
        sentence = _table(language).get(key)
        if sentence is not None:
            return fill(sentence, params, f"{language}:{key}", strict=_strict())
        if _strict():
            break
    if _strict():
        raise KeyError(f"no words for {lang}:{key}")
    return key


def keys(lang: str) -> Mapping[str, str]:
    """All sentences of a language by dotted key."""
    return _table(lang)


def fill(text: str, params: Mapping[str, object], where: str, *, strict: bool = True) -> str:
    """Replace each `{name}` by `number(params[name])`; KeyError names `where` and the name."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in params:
            return number(params[name])
        if strict:
            raise KeyError(f"{where} needs {{{name}}}")
        return match.group(0)

    return PLACEHOLDER.sub(replace, text)


def placeholders(text: str) -> frozenset[str]:
    """The names a text wants filled."""
    return frozenset(PLACEHOLDER.findall(text))


def number(value: object) -> str:
    """A value as a person would write it: 134,515,008, 26, 4.8, 0.021; strings stay as they are.

    Floats keep two significant digits below ten and none after the point above; whoever wants
    more passes a string.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if value != value or value in (float("inf"), float("-inf")):
        return "–"
    if abs(value) >= 9.95:
        return f"{value:,.0f}"
    rounded = f"{value:.2g}"
    return rounded if "e" not in rounded else f"{value:.8f}".rstrip("0").rstrip(".")


def _strict() -> bool:
    return os.environ.get("LAB_STRICT_WORDS") == "1"


@cache
def _table(lang: str) -> Mapping[str, str]:
    if lang not in LANGUAGES:
        raise KeyError(f"no language {lang}")
    tree = yaml.safe_load((FOLDER / f"{lang}.yaml").read_text(encoding="utf-8"))
    return dict(_flat(tree, ""))


def _flat(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
