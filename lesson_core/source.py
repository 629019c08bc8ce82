"""Shown = running: tell whether a text on disk is the code that a process executed.

`inspect.getsource` reads the file as it is now, at the line numbers of then: after an edit it
shows the wrong function. So code objects are compared: the one that ran, and the one that the file
compiles to. Line numbers and file names do not count, everything that changes behaviour does.
"""

import ast
import functools
import hashlib
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from lesson_core.errors import LabError

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Shown:
    """The text of one function as the file has it now; `first_line` counts from 1."""

    text: str
    fingerprint: str
    first_line: int


def fingerprint(function: Any) -> str:
    """16 hex digits for the code of a function, method, property or decorated function."""
    return _digest(_code_of(function))


def shown(path: str, qualname: str) -> Shown:
    """The function `qualname` of a file, e.g. ("lesson_core/generate/decode.py", "prefill").

    The file is compiled, not imported. A name defined twice means its last definition. Raises
    LookupError if there is no such function, ValueError for a path outside of the lab.
    """
    file = (ROOT / path).resolve()
    if not file.is_relative_to(ROOT):
        raise ValueError(f"{path} is not a file of the lab")
    return _shown(file, file.stat().st_mtime_ns, qualname)


def same(found: Shown, ran: str, name: str) -> Shown:
    """`found` if it is what ran; raises LabError("source_changed") otherwise."""
    if found.fingerprint != ran:
        raise LabError("source_changed", name=name)
    return found


@functools.lru_cache(maxsize=256)
def _shown(file: Path, _mtime_ns: int, qualname: str) -> Shown:
    text = file.read_text(encoding="utf-8")
    module = compile(text, str(file), "exec", dont_inherit=True)
    matches = [code for code in _functions(module) if code.co_qualname == qualname]
    if not matches:
        raise LookupError(f"{file.name} has no function {qualname}")
    code = matches[-1]
    first, last = _lines(ast.parse(text), code)
    lines = text.splitlines(keepends=True)[first - 1 : last]
    return Shown(textwrap.dedent("".join(lines)), _digest(code), first)


def _code_of(function: Any) -> CodeType:
    previous = None
    while function is not previous:  # decorators, methods, properties, partials, torch.compile
        previous = function
        for inner in ("_torchdynamo_orig_callable", "__wrapped__", "__func__", "fget", "func"):
            function = getattr(function, inner, None) or function
    if not inspect.isfunction(function):
        raise TypeError(f"{function!r} has no Python code to show")
    return function.__code__


def _functions(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & inspect.CO_OPTIMIZED:  # a function; class bodies are not
                yield constant
            yield from _functions(constant)


def _lines(tree: ast.Module, code: CodeType) -> tuple[int, int]:
    name = code.co_name
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno and node.end_lineno is not None:
                return first, node.end_lineno
    raise LookupError(f"{code.co_qualname} is not a function with a body of its own")


def _digest(code: CodeType) -> str:
    return hashlib.sha256(_describe(code).encode()).hexdigest()[:16]


def _describe(value: Any) -> str:
    """Everything about a code object, or a constant in it, that does not depend on its place."""
    if isinstance(value, CodeType):
        parts = (
            value.co_qualname, value.co_flags, value.co_argcount, value.co_posonlyargcount,
            value.co_kwonlyargcount, value.co_names, value.co_varnames, value.co_freevars,
            value.co_cellvars, value.co_code, value.co_exceptiontable, value.co_consts,
        )  # fmt: skip
        return f"code({','.join(_describe(part) for part in parts)})"
    if isinstance(value, tuple):
        return f"({','.join(_describe(item) for item in value)})"
    if isinstance(value, frozenset):  # its order changes from process to process
        return f"{{{','.join(sorted(_describe(item) for item in value))}}}"
    return f"{type(value).__name__}:{value!r}"
