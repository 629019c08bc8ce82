"""The map in the README."""

from lesson_core.bench import tree


def make(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_folders_first_and_modules_introduce_themselves(tmp_path):
    make(tmp_path, {
        "lesson_core/__init__.py": "",
        "lesson_core/clock.py": '"""Reads the clock. And more."""\n',
        "lesson_core/text/bpe.py": '"""Pairs\nof bytes.\n\nLong story."""\n',
        "app.py": '"""The router."""\n',
    })  # fmt: skip
    lines = [line.split(None, 1) for line in tree.render(tmp_path).splitlines()[1:-1]]
    assert lines == [
        ["lesson_core/", tree.WORDS["lesson_core"]],
        ["text/", tree.WORDS["lesson_core/text"]],
        ["bpe.py", "Pairs of bytes"],
        ["clock.py", "Reads the clock"],
        ["app.py", "The router"],
    ]


def test_a_starred_folder_is_one_line(tmp_path):
    make(tmp_path, {"assets/i18n/en.yaml": "a: b\n", "tests/text/test_bpe.py": "\n"})
    rendered = tree.render(tmp_path)
    assert "i18n/" in rendered and "en.yaml" not in rendered
    assert "text/" in rendered and "test_bpe" not in rendered


def test_hidden_and_built_things_are_not_of_the_house(tmp_path):
    make(tmp_path, {".venv/lib/x.py": "", ".ci/run": "", "build/y.py": "", "a/__pycache__/z": ""})
    assert tree.files(tmp_path) == [".ci/run"]


def test_the_marks_enclose_the_tree():
    readme = f"before\n{tree.START}\n```text\nx\n```\n{tree.END}\nafter\n"
    assert tree.between_marks(readme) == "```text\nx\n```"
