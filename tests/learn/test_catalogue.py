import ast
import re
from pathlib import Path

import pytest

from lesson_core.learn import catalogue, words
from lesson_core.schema.specs import SPECS

ROOT = Path(__file__).parents[2]


def test_ids_and_addresses_are_ascii_and_unique() -> None:
    ids = [entry.id for entry in catalogue.LESSONS]
    addresses = [entry.url_path for entry in catalogue.LESSONS]
    assert len(set(ids)) == len(ids)
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", lesson_id) for lesson_id in ids)
    assert all(re.fullmatch(r"[a-z0-9-]*", address) for address in addresses)


def test_lessons_follow_the_order_of_the_sections() -> None:
    order = [catalogue.SECTIONS.index(entry.section) for entry in catalogue.LESSONS]
    assert order == sorted(order)
    joined = [e for section in catalogue.SECTIONS for e in catalogue.in_section(section)]
    assert joined == list(catalogue.LESSONS)


def test_every_lesson_has_words_in_both_languages() -> None:
    for lang in words.LANGUAGES:
        for section in catalogue.SECTIONS:
            assert words.t(lang, f"sections.{section}")
        for entry in catalogue.LESSONS:
            for part in ("nav", "title", "question", "guess", "guess_unit"):
                assert words.t(lang, f"lessons.{entry.id}.{part}")


def test_neighbours() -> None:
    first, last = catalogue.LESSONS[0], catalogue.LESSONS[-1]
    assert catalogue.previous_of(first.id) is None
    assert catalogue.next_of(last.id) is None
    assert catalogue.previous_of(catalogue.LESSONS[1].id) == first
    with pytest.raises(KeyError, match="nowhere"):
        catalogue.next_of("nowhere")


@pytest.mark.parametrize("entry", catalogue.LESSONS, ids=lambda entry: entry.id)
def test_what_a_lesson_names_exists(entry: catalogue.Lesson) -> None:
    assert entry.job in SPECS or entry.job == ""
    assert (ROOT / entry.path).is_file()
    for path, qualname in entry.shown:
        assert qualname in _functions(ROOT / path), (path, qualname)


def _functions(path: Path) -> set[str]:
    """Qualified names of the functions of a file, read without importing it."""
    names: set[str] = set()

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(prefix + child.name)
            elif isinstance(child, ast.ClassDef):
                walk(child, f"{prefix}{child.name}.")

    walk(ast.parse(path.read_text("utf-8")), "")
    return names
