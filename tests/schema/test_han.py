"""Which characters are Chinese."""

import pytest

from lesson_core.schema import han


@pytest.mark.parametrize("text", ["狗", "a 㐀", "龥!"])
def test_one_chinese_character_is_enough(text: str) -> None:
    assert han.language("cat", text) == "zh"


@pytest.mark.parametrize("text", ["", "cat", "ｃａｔ。", "こ", "한"])
def test_punctuation_and_other_scripts_are_not(text: str) -> None:
    assert han.language(text) == "en"
