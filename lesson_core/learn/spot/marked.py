"""Two functions as one text: what the wrong one does, marked −, and what it should do, marked +."""

import ast
from difflib import SequenceMatcher

ALIKE = 0.5  # of the lines


def marked(wrong: str, right: str) -> str:
    """The wrong function with the lines marked in which it is not like the right one.

    Names and docstrings of the two may differ; they are not what is wrong.
    """
    (head, one), (_, other) = _parts(wrong), _parts(right)
    return "\n".join([*(f"  {line}" for line in head), *_compared(one, other)])


def _parts(text: str) -> tuple[list[str], list[str]]:
    """The lines of the signature, and those of the body without its docstring."""
    lines = text.rstrip().splitlines()
    function = ast.parse(text).body[0]
    if not isinstance(function, ast.FunctionDef):
        return [], lines
    first = function.body[0]
    begin = first.lineno - 1
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        end = first.end_lineno or first.lineno
        return lines[:begin], lines[end:]
    return lines[:begin], lines[begin:]


def of_files(wrong: str, right: str) -> str | None:
    """The same for whole files; None where they have too little in common for marks to help."""
    one, other = (text.rstrip().splitlines() for text in (wrong, right))
    if SequenceMatcher(None, one, other, autojunk=False).ratio() < ALIKE:
        return None
    return "\n".join(_compared(one, other))


def _compared(one: list[str], other: list[str]) -> list[str]:
    lines: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [f"  {line}" for line in one[a:b]]
        else:
            lines += [f"- {line}" for line in one[a:b]] + [f"+ {line}" for line in other[c:d]]
    return lines
