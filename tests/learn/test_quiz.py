import pytest

from lesson_core.errors import LabError
from lesson_core.learn import quiz, words
from lesson_core.schema.question import Posed


def posed(answer: float, unit: str, **more: object) -> Posed:
    return Posed(id="home.tpot", seed=0, values={}, answer=answer, unit=unit, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["thousand", "binary", "fraction"])
def test_slips_of_units_have_words(name: str) -> None:
    for lang in words.LANGUAGES:
        assert words.t(lang, f"cards.slips.{name}")


def test_units_are_converted_before_grading() -> None:
    assert quiz.grade(posed(4.794, "ms"), "0.0048 s").correct
    assert quiz.grade(posed(131_072.0, "B"), "128 KiB").correct


def test_off_by_is_relative_and_signed() -> None:
    graded = quiz.grade(posed(10.0, "ms"), "15")
    assert not graded.correct
    assert graded.off_by == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("answer", "unit", "reply", "slip"),
    [
        (4.8, "ms", "0.0048", "thousand"),
        (131_072.0, "B", "128 KB", "binary"),
        (21.0, "%", "0.21", "fraction"),
        (4.8, "ms", "77", None),
        (4.8, "ms", "-4.8", None),
    ],
)
def test_common_slips_are_named(answer: float, unit: str, reply: str, slip: str | None) -> None:
    assert quiz.grade(posed(answer, unit, rel_tol=0.005), reply).slip == slip


def test_a_reply_in_another_kind_of_unit_is_refused() -> None:
    with pytest.raises(LabError) as caught:
        quiz.grade(posed(4.8, "ms"), "4.8 GB")
    assert caught.value.code == "reply_wrong_unit"


@pytest.mark.parametrize(
    ("value", "text"),
    [(131_072.0, "131,072"), (999.6, "1,000"), (41.15, "41.1"), (4.794, "4.79"), (0.02, "0.02")],
)
def test_answers_are_printed_in_full(value: float, text: str) -> None:
    assert quiz.shown(value) == text
