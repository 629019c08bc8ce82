"""The recipe "add a lesson" of CONTRIBUTING.md, performed word for word in a copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lesson_core.bench import tree

ROOT = Path(__file__).resolve().parents[1]
STEP = re.compile(
    r"^(?:Create `(?P<create>[^`]+)`|Add to `(?P<add>[^`]+)` after `(?P<after>[^`]+)`):\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
OPEN_IT = """
import sys
from streamlit.testing.v1 import AppTest
for lang, title in (("en", "last token"), ("zh", "最后一个 token")):
    app = AppTest.from_file("app.py", default_timeout=60)
    app.query_params["lang"] = lang
    app.query_params["answers"] = "true"
    app.run().switch_page("pages/foundations/later_tokens.py").run()
    assert not app.exception, app.exception
    assert title in app.title[0].value, app.title
assert "torch" not in sys.modules
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the recipe performed in it."""
    folder = tmp_path_factory.mktemp("copy") / "lab"
    for name in tree.files(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = list(STEP.finditer(recipe))
    assert len(steps) == recipe.count("\nCreate `") + recipe.count("\nAdd to `") == 7
    for step in steps:
        perform(folder, step)
    return folder


def perform(folder: Path, step: re.Match[str]) -> None:
    file = folder / (step["create"] or step["add"])
    if step["create"]:
        assert not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step["text"], encoding="utf-8")
        return
    before, line, rest = file.read_text(encoding="utf-8").partition(f"\n{step['after']}\n")
    assert line, f"{step['add']} has no line {step['after']}"
    file.write_text(before + line + step["text"] + rest, encoding="utf-8")


def run(folder: Path, *arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "LAB_HOME": str(folder / "home")},
    )  # fmt: skip
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]


def test_the_page_opens_in_both_languages(copy):
    run(copy, "-c", OPEN_IT)


def test_its_words_and_questions_pass_the_checks_of_every_lesson(copy):
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/learn")


def test_it_passes_lint_and_types(copy):
    files = ["pages/foundations/later_tokens.py", "lesson_core/learn/questions/later_tokens.py"]
    run(copy, "-m", "ruff", "check", "--no-cache", *files)
    run(copy, "-m", "ruff", "format", "--check", "--no-cache", *files)
    run(copy, "-m", "mypy", "--cache-dir", os.devnull, *files)
