"""The C++ compiler that torch compiles with: found or not, said in a sentence."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lesson_core.errors import LabError

FLAGS = ("-ffp-contract=fast",)


@contextmanager
def compiling() -> Iterator[None]:
    """What fails to compile inside fails as a LabError: "compiler_missing" or "compile_failed"."""
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import CppCompileError, InductorError, InvalidCxxCompiler

    try:
        get_cpp_compiler()
        yield
    except InvalidCxxCompiler as problem:
        raise LabError("compiler_missing", reason=_line(problem, 0)) from problem
    except (CppCompileError, InductorError) as problem:
        raise LabError("compile_failed", reason=_line(problem, -1)) from problem


def compiled(*files: str) -> ctypes.CDLL:
    """The C++ files of this folder as one library; seconds the first time, then found again.

    A product and the sum it goes into are rounded once, as one instruction does it: torch's own
    setting forbids that, and costs a quarter of the time of a step with several rows.

    Raises LabError("compiler_missing") or LabError("compile_failed").
    """
    from torch._inductor.codecache import CppCodeCache

    source = "\n".join((Path(__file__).parent / name).read_text("utf-8") for name in files)
    with compiling():
        built: ctypes.CDLL = CppCodeCache.load(source, device_type="cpu", extra_flags=FLAGS)
    return built


def _line(problem: Exception, index: int) -> str:
    lines = [line for line in str(problem).splitlines() if line.strip()]
    return lines[index].strip() if lines else type(problem).__name__
