"""What the judged process may see: the interpreter, its packages, and three files of ours.

Nothing else of the project: its solutions, its database and its models stay out of sight.
"""

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from lesson_core.learn.sandbox import kernel

LEARN = Path(__file__).parents[1]
SEALED = ("judge_main.py", "judge_torch.py", "wire.py")
START = (
    "import sys; sys.path.insert(0, {0!r}); from lesson_core.learn import judge_main as j; j.main()"
)
LINKS = ("/bin", "/lib", "/lib64", "/sbin")  # into /usr on most systems, folders on the others


def seal() -> Path:
    """A fresh folder with the judged process's own code, readable by everybody."""
    folder = Path(tempfile.mkdtemp(prefix="lab-judge-"))
    package = folder / "lesson_core" / "learn"
    package.mkdir(parents=True)
    (folder / "lesson_core" / "__init__.py").touch()
    (package / "__init__.py").touch()
    for name in SEALED:
        shutil.copyfile(LEARN / name, package / name)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


def unseal(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def interpreter() -> list[Path]:
    """The folders that hold this Python and its packages, each once, outer ones first."""
    found: list[Path] = []
    for prefix in sorted({Path(sys.base_prefix), Path(sys.prefix)} - {Path("/usr")}):
        if not any(prefix.is_relative_to(seen) for seen in [*system(), *found]):
            found.append(prefix)
    return found


def system() -> list[Path]:
    """Libraries and programs of the system; not /usr/src, where images like to keep a project."""
    inside = ("bin", "lib", "lib32", "lib64", "libexec", "local")
    folders = [Path("/usr", name) for name in inside]
    folders += [Path(name) for name in LINKS if not Path(name).is_symlink()]
    return [path for path in [*folders, Path("/etc/ld.so.cache")] if path.exists()]


def command(sealed: str, argument: str) -> list[str]:
    """Start the judged process, isolated from the environment and the user's packages."""
    return [sys.executable, "-I", "-B", "-c", START.format(sealed), argument]


def closed_parents(paths: list[Path]) -> list[Path]:
    """Folders above `paths` that another user may not walk through, outermost of each only.

    Root's home is one, and pyenv puts the interpreter there.
    """
    closed: set[Path] = set()
    for path in paths:
        for parent in reversed(path.parents):
            if not stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH:
                closed.add(parent)
                break
    return sorted(closed)


def open_up(paths: list[Path]) -> None:
    """Make `paths` reachable for another user, in this process's own mounts only (root).

    Each closed folder is covered by an empty one, and what is needed is put back at its place.
    """
    closed = closed_parents(paths)
    if not closed:
        return
    kernel.own_mounts()
    held = {path: os.open(path, os.O_PATH) for path in paths}
    for folder in closed:
        kernel.cover(str(folder))
    for path, fd in held.items():
        if any(path.is_relative_to(folder) for folder in closed):
            path.mkdir(parents=True, mode=0o755)
            kernel.bind(f"/proc/self/fd/{fd}", str(path))
        os.close(fd)
