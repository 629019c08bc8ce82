"""The texts quality is measured on: ours, short, in both languages, and never trained on."""

import re
from pathlib import Path

import pytest

from lesson_core.tasks import quality_report
from lesson_core.tasks.bilingual import paragraphs_zh, prompts, questions_en, questions_zh

PAIRS = Path(__file__).parents[2].parent / "shared" / "data" / "cmn_eng" / "cmn.txt"
SENTENCE = re.compile(r"(?<=[.?!。？！])\s*|\n")


def sentences() -> list[str]:
    return [
        part.strip()
        for texts in quality_report.texts().values()
        for text in texts
        for part in SENTENCE.split(text)
        if len(part.strip()) > 8
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_to_four_kilobytes(lang: str) -> None:
    parts = quality_report.texts()[lang]
    assert 2_000 < sum(len(part.encode()) for part in parts) < 4_000
    assert len(parts) > 10


def test_no_sentence_stands_in_the_projects_own_training_text() -> None:
    modules = (paragraphs_zh, prompts, questions_en, questions_zh)
    source = "".join(Path(str(module.__file__)).read_text("utf-8") for module in modules)
    assert "Question" in source
    assert [sentence for sentence in sentences() if sentence in source] == []


def test_no_sentence_stands_in_the_sentence_pairs() -> None:
    if not PAIRS.exists():
        pytest.skip("the sentence pairs are not here (shared/data/cmn_eng)")
    pairs = PAIRS.read_text("utf-8")
    assert [sentence for sentence in sentences() if sentence in pairs] == []


def test_wikitext_joins_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    assert set(quality_report.texts()) == {"en", "zh"}
    (tmp_path / quality_report.WIKITEXT).write_text("x" * 100_000)
    found = quality_report.texts()["wikitext2"]
    assert [len(part) for part in found] == [quality_report.WIKITEXT_CHARS]
