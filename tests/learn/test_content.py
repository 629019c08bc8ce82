import pytest

from lesson_core.learn import bank, catalogue, content, words
from lesson_core.learn.figures import prose
from lesson_core.schema.question import Numeric

EVERY = [(entry.id, lang) for entry in catalogue.LESSONS for lang in words.LANGUAGES]


@pytest.mark.parametrize("lesson", catalogue.LESSONS, ids=lambda lesson: lesson.id)
def test_sections_and_their_numbers_are_the_same_in_both_languages(
    lesson: catalogue.Lesson,
) -> None:
    english = content.sections(lesson.id, "en")
    chinese = content.sections(lesson.id, "zh")
    assert list(english) == list(chinese)
    for name, text in english.items():
        assert words.placeholders(text) == words.placeholders(chinese[name]), name


@pytest.mark.parametrize(("lesson_id", "lang"), EVERY)
def test_a_lesson_has_its_parts_in_order_and_then_only_cards(lesson_id: str, lang: str) -> None:
    parts = catalogue.lesson(lesson_id).parts
    names = list(content.sections(lesson_id, lang))
    assert names[: len(parts)] == list(parts)
    rest = names[len(parts) :]
    assert rest
    assert all(name.startswith("card-") for name in rest)
    cards = {name.removesuffix("-ask") for name in rest if name.endswith("-ask")}
    assert set(rest) == {f"{card}{end}" for card in cards for end in ("-ask", "-solution")}


@pytest.mark.parametrize(("lesson_id", "lang"), EVERY)
def test_the_catalogue_declares_exactly_the_numbers_a_page_must_pass(
    lesson_id: str, lang: str
) -> None:
    lesson = catalogue.lesson(lesson_id)
    assert set(lesson.numbers) <= set(lesson.parts)
    for name in lesson.parts:
        declared = lesson.numbers.get(name, ())
        assert content.placeholders(lesson_id, lang, name) == set(declared), name
        filled = content.section(lesson_id, lang, name, **dict.fromkeys(declared, 1.5))
        assert not words.placeholders(filled), name


@pytest.mark.parametrize(("lesson_id", "lang"), EVERY)
def test_the_cards_in_a_lesson_file_are_its_numeric_questions(lesson_id: str, lang: str) -> None:
    names = content.sections(lesson_id, lang)
    cards = {name[5:-4] for name in names if name.startswith("card-") and name.endswith("-ask")}
    asked = {q.name for q in bank.of_lesson(lesson_id) if isinstance(q, Numeric)}
    assert cards == asked


def test_a_missing_number_names_lesson_section_and_placeholder() -> None:
    with pytest.raises(KeyError, match=r"home/zh\.md, section explanation needs \{"):
        content.section("home", "zh", "explanation", ratio=3.4)


def test_a_missing_section_names_itself() -> None:
    with pytest.raises(KeyError, match=r"home/en\.md, section nonsense"):
        content.section("home", "en", "nonsense")


def test_no_figure_is_computed_for_nothing() -> None:
    texts = [text for pair in EVERY for text in content.sections(*pair).values()]
    used = set().union(*(words.placeholders(text) for text in texts))
    assert set(prose.figures()) <= used
