"""A text is shown only if it is the code that ran."""

import functools
import importlib.util
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lesson_core import source
from lesson_core.errors import LabError
from lesson_core.source import fingerprint, same, shown

TEXT = '''\
import contextlib
import functools


def plain(x: int, *, y: float = 0.5) -> float:
    """A sentence."""
    return x + y + 1.0  # a comment


def twice(function):
    @functools.wraps(function)
    def inner(*args):
        return 2 * function(*args)

    return inner


@functools.lru_cache(maxsize=None)
@twice
def decorated(x):
    return {"kind": x in {"a", "b", "c", "d"}}


def counting(limit):
    for number in range(limit):
        try:
            yield lambda: number
        finally:
            pass


class Model:
    def __init__(self):
        super().__init__()
        self.__hidden = (1, (2, b"x"))

    @property
    def size(self):
        return 3

    @staticmethod
    def make():
        return Model()

    def run(self):
        def step(x):
            return [y for y in x]

        return step


@contextlib.contextmanager
def opened():
    yield 1
'''

NAMES = {
    "plain": lambda m: m.plain,
    "decorated": lambda m: m.decorated,
    "counting": lambda m: m.counting,
    "Model.__init__": lambda m: m.Model.__init__,
    "Model.size": lambda m: m.Model.size,
    "Model.make": lambda m: m.Model.make,
    "Model.run": lambda m: m.Model().run,
    "Model.run.<locals>.step": lambda m: m.Model().run(),
    "opened": lambda m: m.opened,
}


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(source, "ROOT", tmp_path.resolve())
    (tmp_path / "shown.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


_numbers = itertools.count()


def load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"shown_{next(_numbers)}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rewrite(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    source._shown.cache_clear()  # two edits in one tick of the file system's clock


@pytest.mark.parametrize("qualname", NAMES)
def test_what_runs_is_what_the_file_says(lab: Path, qualname: str) -> None:
    function = NAMES[qualname](load(lab / "shown.py"))
    found = shown("shown.py", qualname)
    assert fingerprint(function) == found.fingerprint
    assert same(found, fingerprint(function), qualname) is found
    first = TEXT.splitlines()[found.first_line - 1]
    assert found.text.splitlines()[0] == first.strip()
    assert not found.text.startswith(" ") and found.text.endswith("\n")


def test_the_text_is_whole(lab: Path) -> None:
    assert shown("shown.py", "decorated").text == (
        "@functools.lru_cache(maxsize=None)\n@twice\ndef decorated(x):\n"
        '    return {"kind": x in {"a", "b", "c", "d"}}\n'
    )
    assert shown("shown.py", "Model.size").text == ("@property\ndef size(self):\n    return 3\n")


def test_lines_that_move_do_not_matter(lab: Path) -> None:
    module = load(lab / "shown.py")
    rewrite(lab / "shown.py", "# one\n# two\n\n" + TEXT.replace("  # a comment", ""))
    for qualname, pick in NAMES.items():
        assert shown("shown.py", qualname).fingerprint == fingerprint(pick(module)), qualname


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("x + y + 1.0", "x + y + 1", {"plain"}),
        ("x + y + 1.0", "x + y - 1.0", {"plain"}),
        ("x in {", "x not in {", {"decorated"}),
        ("yield lambda: number", "yield lambda: -number", {"counting"}),
        ('b"x"', '"x"', {"Model.__init__"}),
        ("[y for y in x]", "[x for y in x]", {"Model.run", "Model.run.<locals>.step"}),
        ("return 3", "return True", {"Model.size"}),
        ("    yield 1\n", "    yield 1.0\n", {"opened"}),
    ],
)
def test_only_what_was_edited_is_refused(
    lab: Path, before: str, after: str, changed: set[str]
) -> None:
    module = load(lab / "shown.py")
    assert TEXT.count(before) == 1
    rewrite(lab / "shown.py", TEXT.replace(before, after))
    refused = set()
    for qualname, pick in NAMES.items():
        try:
            same(shown("shown.py", qualname), fingerprint(pick(module)), qualname)
        except LabError as problem:
            assert (problem.code, problem.values) == ("source_changed", {"name": qualname})
            refused.add(qualname)
    assert refused == changed


def test_a_function_that_has_run_hot_keeps_its_fingerprint(lab: Path) -> None:
    module = load(lab / "shown.py")
    before = fingerprint(module.plain)
    for number in range(2000):
        module.plain(number, y=1.0)
    assert fingerprint(module.plain) == before == shown("shown.py", "plain").fingerprint


def test_another_process_finds_the_same_fingerprint() -> None:
    """Sets in constants have another order there."""
    root = Path(__file__).parents[1]
    code = "from lesson_core import source; print(source.fingerprint(source._code_of))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == shown("lesson_core/source.py", "_code_of").fingerprint


def test_the_last_definition_of_a_name_counts(lab: Path) -> None:
    rewrite(lab / "shown.py", "def f():\n    return 1\n\ndef f():\n    return 2\n")
    found = shown("shown.py", "f")
    assert (found.first_line, found.text) == (4, "def f():\n    return 2\n")
    assert found.fingerprint == fingerprint(load(lab / "shown.py").f)


def test_wrappers_of_torch_compile_and_partial_are_looked_through(lab: Path) -> None:
    module = load(lab / "shown.py")

    class Compiled:
        _torchdynamo_orig_callable = staticmethod(module.plain)

    expected = shown("shown.py", "plain").fingerprint
    wrapped: list[Callable[..., Any]] = [functools.partial(module.plain, 1), Compiled()]  # type: ignore[list-item]
    assert [fingerprint(one) for one in wrapped] == [expected, expected]


def test_what_cannot_be_shown(lab: Path) -> None:
    with pytest.raises(LookupError):
        shown("shown.py", "nothing")
    with pytest.raises(LookupError):
        shown("shown.py", "Model")
    with pytest.raises(ValueError):
        shown("../outside.py", "f")
    with pytest.raises(TypeError):
        fingerprint(len)
