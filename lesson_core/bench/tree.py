"""The map of the house in the README: one line per file and folder, from their own first words.

`make tree` writes it; a test compares.
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START, END = "<!-- tree: `make tree` writes this -->", "<!-- end of the tree -->"

# What cannot introduce itself. A folder with a star is one line, its files are not listed.
WORDS = {
    ".ci": "continuous integration",
    ".ci/run": "what CI runs on a fresh clone",
    ".streamlit": "configuration of the server",
    ".streamlit/config.toml": "safe defaults and the look, light and dark",
    "Dockerfile": "one container for one machine",
    "Makefile": "every command",
    "pyproject.toml": "rules for lint, types, imports and tests",
    "requirements.txt": "what the course runs on, pinned",
    "requirements-bench.txt": "peers that benchmarks and tests compare with",
    "requirements-dev.txt": "what `make check` needs on top",
    "assets": "everything that is not code",
    "assets/components*": "JavaScript and CSS of the live parts",
    "assets/i18n*": "words of the interface, English and Chinese",
    "assets/lessons*": "prose of the lessons, one folder each, English and Chinese",
    "assets/models*": "models that come with the lab",
    "assets/models.toml": "what can be brought from outside: sources, sizes, hashes, licences",
    "assets/texts*": "short texts on which quality is measured, English and Chinese",
    "assets/tables*": "published numbers of hardware and models, with their sources",
    "docs": "papers",
    "docs/adr*": "decisions and their reasons",
    "docs/deployment.md": "running the lab for more than one person",
    "docs/screenshots*": "pictures of every page (`make shots`)",
    "lesson_core": "everything below the pages; nothing here draws",
    "lesson_core/artefacts": "models from outside: registry, download, conversion",
    "lesson_core/bench": "benchmarks of the whole product",
    "lesson_core/compute": "jobs, queue, worker processes",
    "lesson_core/experiments": "what a worker runs, one module per experiment",
    "lesson_core/generate": "prefill, decode, sampling",
    "lesson_core/learn": "catalogue, words, questions, grading",
    "lesson_core/learn/questions": "cards with computed answers, one module per lesson",
    "lesson_core/measure": "timing and the machine card",
    "lesson_core/model": "a plain decoder-only Transformer",
    "lesson_core/schema": "the data words",
    "lesson_core/store": "the database",
    "lesson_core/tasks": "training and other tasks",
    "lesson_core/text": "tokenizers",
    "lesson_core/theory": "pure formulas",
    "pages": "one file per page, one folder per section",
    "pages/ui": "what the pages share",
    "tests": "mirror of lesson_core, and more",
    "tests/app*": "every page without a browser",
    "tests/browser*": "journeys in a real Chromium",
    "tests/equivalence*": "our fast paths against their slow twins and against transformers",
}
_HIDDEN = {".ci", ".streamlit", ".gitignore", ".dockerignore"}
_SKIP = {"build", "__pycache__", "node_modules"}


def files(root: Path) -> list[str]:
    """Files that belong to the project: what git tracks or would, else everything not hidden."""
    if shutil.which("git") and (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
        return sorted({name for name in listed if name and (root / name).is_file()})
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if _belongs(name)]
        found += [
            Path(folder, name).relative_to(root).as_posix() for name in names if _belongs(name)
        ]
    return sorted(found)


def _belongs(name: str) -> bool:
    return name in _HIDDEN or not (name in _SKIP or name.startswith("."))


def render(root: Path) -> str:
    """The tree as indented lines: name, then what it is."""
    entries: dict[str, None] = {}
    for name in files(root):
        path = Path(name)
        if path.name == "__init__.py":
            continue
        for folder in reversed(path.parents[:-1]):
            entries[f"{folder.as_posix()}/"] = None
        entries[name] = None
    lines = [_line(root, entry) for entry in sorted(entries, key=_order) if not _hidden(entry)]
    return "\n".join(["```text", *lines, "```"])


def _order(entry: str) -> tuple[tuple[bool, str], ...]:
    """Files after folders at every level."""
    parts = entry.rstrip("/").split("/")
    last_is_file = not entry.endswith("/")
    return tuple((index == len(parts) - 1 and last_is_file, p) for index, p in enumerate(parts))


def _hidden(entry: str) -> bool:
    """Inside a folder that is one line: a starred one, or any folder of tests."""
    folders = [parent.as_posix() for parent in Path(entry).parents]
    return any(f"{folder}*" in WORDS or Path(folder).parent.name == "tests" for folder in folders)


def _line(root: Path, entry: str) -> str:
    path = entry.rstrip("/")
    indented = "  " * path.count("/") + entry.rstrip("/").split("/")[-1] + entry[len(path) :]
    words = WORDS.get(path) or WORDS.get(f"{path}*") or _own_words(root / path)
    return f"{indented:38} {words}".rstrip()


def _own_words(path: Path) -> str:
    """First sentence of a module's docstring."""
    if path.suffix != ".py":
        return ""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")


def between_marks(readme: str) -> str:
    """The tree as it stands in the README."""
    return readme.split(START)[1].split(END)[0].strip("\n")


def main() -> int:
    """Write the tree into the README."""
    path = ROOT / "README.md"
    before, rest = path.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    path.write_text(f"{before}{START}\n{render(ROOT)}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
