"""What VOICE.md asks of every text and a machine can check: length, typography, own words."""

import re
from pathlib import Path

import pytest

from lesson_core.learn import bank, catalogue, content, strict_yaml, words
from lesson_core.schema.plain import to_plain

ARTICLES = Path(__file__).parents[3] / "shared" / "articles"
ASSETS = Path(__file__).parents[2] / "assets"
PRACTICE = [path for folder in ("problems", "spot", "interview")
            for path in sorted((ASSETS / folder).rglob("*.yaml"))]  # fmt: skip
LESSONS = [entry.id for entry in catalogue.LESSONS]
HAN = "\u4e00-\u9fff"
BOLD = re.compile(r"(.?)\*\*(.+?)\*\*(.?)", re.DOTALL)
GLUED = re.compile(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]")
HALF_WIDTH = re.compile(f"[{HAN}][,;:!?()]|[{HAN}]\\.(?!\\w)")
NOT_A_TOKEN = re.compile(r"首字(?!节)|每字(?!节)|逐字|字元|词元")
LIMITS = {
    ("answer-30s", "en"): (60, 85),
    ("answer-2min", "en"): (170, 300),
    ("answer-30s", "zh"): (80, 140),
    ("answer-2min", "zh"): (220, 480),
}


def length(text: str, lang: str) -> int:
    """English words, or Chinese characters without Latin words and formulas."""
    return len(re.findall(f"[{HAN}]", text)) if lang == "zh" else len(text.split())


def chinese() -> dict[str, str]:
    texts = {f"zh.yaml {key}": text for key, text in words.keys("zh").items()}
    for lesson_id in LESSONS:
        for name, text in content.sections(lesson_id, "zh").items():
            texts[f"{lesson_id} {name}"] = text
    both = {question.id: to_plain(question) for question in bank.every()}
    both |= {str(path.relative_to(ASSETS)): strict_yaml.load(path) for path in PRACTICE}
    for where, plain in both.items():
        texts |= {f"{where} {n}": text["zh"] for n, text in enumerate(said(plain))}
    return texts


def said(plain: object) -> list[dict[str, str]]:
    """Every text in both languages within a question or a file."""
    if isinstance(plain, dict):
        if set(plain) == {"en", "zh"}:
            return [plain]
        return [text for part in plain.values() for text in said(part)]
    return []


def visible(text: str) -> str:
    """The text as read: no link targets, no emphasis marks, a number for each placeholder."""
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = words.PLACEHOLDER.sub("1", text)
    return re.sub(r"[*`\[\]]", "", text)


@pytest.mark.parametrize("lesson_id", LESSONS)
@pytest.mark.parametrize(("name", "lang"), LIMITS)
def test_answers_can_be_said_in_their_time(lesson_id: str, name: str, lang: str) -> None:
    low, high = LIMITS[name, lang]
    assert low <= length(content.section(lesson_id, lang, name), lang) <= high


def test_chinese_stands_apart_from_latin_words_and_numbers() -> None:
    found = {w: GLUED.search(visible(t)) for w, t in chinese().items()}
    assert {where: hit.group() for where, hit in found.items() if hit} == {}


def test_chinese_has_full_width_punctuation() -> None:
    found = {w: HALF_WIDTH.search(visible(t)) for w, t in chinese().items()}
    assert {where: hit.group() for where, hit in found.items() if hit} == {}


def test_a_token_is_never_called_a_character() -> None:
    found = {w: NOT_A_TOKEN.search(t) for w, t in chinese().items()}
    assert {where: hit.group() for where, hit in found.items() if hit} == {}


@pytest.mark.parametrize(
    ("rule", "bad"),
    [(GLUED, "用 bf16存"), (GLUED, "占85%的参数"), (HALF_WIDTH, "读一遍,再算"),
     (HALF_WIDTH, "算完."), (HALF_WIDTH, "词表(vocab)"), (NOT_A_TOKEN, "首字延迟"),
     (GLUED, "共 {n}个 token")],
)  # fmt: skip
def test_the_rules_catch_what_they_are_for(rule: re.Pattern[str], bad: str) -> None:
    assert rule.search(visible(bad))


def test_bold_closes_beside_chinese_punctuation() -> None:
    """CommonMark leaves the stars standing where punctuation inside meets a letter outside."""
    for where, text in chinese().items():
        for before, inside, after in BOLD.findall(text):
            edges = ((inside[0], before), (inside[-1], after))
            for inner, outer in edges:
                if not inner.isalnum() and inner not in "{}%`":
                    assert not outer.isalnum(), (where, inside)


@pytest.mark.skipif(not ARTICLES.exists(), reason="the articles are not beside this checkout")
def test_nothing_is_copied_from_the_articles() -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\W_]", "", text).lower()

    sources = [bare(file.read_text("utf-8")) for file in ARTICLES.glob("*.txt")]
    assert sources
    window = 13
    for where, text in chinese().items():
        ours = bare(visible(text))
        for start in range(len(ours) - window + 1):
            piece = ours[start : start + window]
            if re.search(f"[{HAN}]", piece):
                assert not any(piece in source for source in sources), (where, piece)
