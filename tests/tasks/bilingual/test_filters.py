"""Only plain, finished, unrepeated text reaches the small model."""

import pytest

from lesson_core.tasks.bilingual import filters


def test_a_plain_answer_passes_unchanged() -> None:
    text = "A bee is a small insect that makes honey."
    assert filters.usable(text, finished=True) == text


def test_typographic_signs_become_those_of_the_keyboard() -> None:
    text = "It’s  a “small” bee — and it flies."
    assert filters.usable(text, finished=True) == 'It\'s a "small" bee - and it flies.'


def test_an_unfinished_text_is_cut_to_its_last_sentence() -> None:
    text = "The dog ran home. It was very happy. Then the"
    assert filters.usable(text, finished=False) == "The dog ran home. It was very happy."


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "no sentence ends here at all, it goes on and on",
        "I am SmolLM, and I like to help people.",
        "As an AI language model, I have no dreams.",
        "Here is a list:\n1. One thing.\n2. Another thing.",
        "This is **bold** and not plain text.",
        "Read more at https://example.org about bees.",
        "Une abeille très petite fait du miel chaque jour.",
        "the red ball the red ball the red ball the red ball the red ball.",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    assert filters.usable(text, finished=True) is None


def test_repetition_counts_repeated_triples() -> None:
    assert filters.repetition("one two three four five") == 0
    assert filters.repetition("a b c a b c") == pytest.approx(1 / 4)
    assert filters.repetition("") == 0
