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
    r"^(?:Create `(?P<create>[^`]+)`"
    r"|Add to `(?P<add>[^`]+)` (?P<place>after|before the last) `(?P<line>[^`]+)`):\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NOT_OF_LESSONS = ("sandbox", "interview", "test_judge.py", "test_problems.py", "test_spot.py",
                  "test_workbench.py")  # fmt: skip
OPEN_IT = """
import os, sys
from streamlit.testing.v1 import AppTest
for lang, title in (("en", "Do later tokens take longer?"), ("zh", "越靠后的 token 越慢吗？")):
    app = AppTest.from_file("pages/ui/router.py", default_timeout=60)
    app.query_params["lang"] = lang
    app.query_params["answers"] = "true"
    app.run().switch_page(os.path.abspath("pages/foundations/later_tokens.py")).run()
    assert not app.exception, app.exception
    assert app.title[0].value == title, app.title[0].value
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
    assert len(steps) == recipe.count("\nCreate `") + recipe.count("\nAdd to `") == 8
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
    text, line = file.read_text(encoding="utf-8"), f"\n{step['line']}\n"
    assert line in text, f"{step['add']} has no line {step['line']}"
    if step["place"] == "after":
        file.write_text(text.replace(line, line + step["text"], 1), encoding="utf-8")
    else:
        before, _, rest = text.rpartition(line)
        file.write_text(f"{before}\n{step['text']}{line[1:]}{rest}", encoding="utf-8")


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
    others = [f"--ignore=tests/learn/{name}" for name in NOT_OF_LESSONS]
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/learn", *others)


def test_it_passes_lint(copy):
    files = ["pages/foundations/later_tokens.py", "lesson_core/learn/questions/later_tokens.py"]
    run(copy, "-m", "ruff", "check", "--no-cache", *files)
    run(copy, "-m", "ruff", "format", "--check", "--no-cache", *files)
