import re
from pathlib import Path

import pytest
import yaml

from lesson_core.learn import words

ROOT = Path(__file__).parents[2]
USED = re.compile(r'\bt\(\s*"([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)"')


def test_a_sentence_is_filled_with_readable_numbers() -> None:
    sentence = words.t("en", "errors.prompt_too_many_chars", chars=200_000, limit=20_000)
    assert "200,000 characters" in sentence


def test_a_missing_key_or_parameter_is_an_error_when_strict() -> None:
    with pytest.raises(KeyError, match=r"errors\.no_such_thing"):
        words.t("zh", "errors.no_such_thing")
    with pytest.raises(KeyError, match="limit"):
        words.t("zh", "errors.prompt_too_many_chars", chars=1)


def test_a_missing_key_falls_back_to_itself_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_STRICT_WORDS")
    assert words.t("zh", "errors.no_such_thing") == "errors.no_such_thing"


def test_what_a_learner_typed_is_never_a_format() -> None:
    sentence = words.t("en", "errors.reply_not_a_number", text="{text}{0}{limit!r}")
    assert "{text}{0}{limit!r}" in sentence


def test_latex_braces_are_not_placeholders() -> None:
    text = r"$d_{model}$, $\frac{a}{b}$, $\text{max}$, {ms} ms"
    assert words.placeholders(text) == {"ms"}
    assert words.fill(text, {"ms": 26.4}, "here").endswith("26 ms")


@pytest.mark.parametrize(
    ("value", "said"),
    [(26.4, "26"), (4.79, "4.8"), (0.0213, "0.021"), (9.97, "10"), (1234.5, "1,234"),
     (134_515_008, "134,515,008"), ("16.06", "16.06"), (0.0, "0"), (float("nan"), "–"),
     (True, "True")],
)  # fmt: skip
def test_numbers_are_rounded_as_a_person_would(value: object, said: str) -> None:
    assert words.number(value) == said


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, chinese = words.keys("en"), words.keys("zh")
    assert set(english) == set(chinese)
    for key, sentence in english.items():
        assert words.placeholders(sentence) == words.placeholders(chinese[key]), key


def test_every_word_the_pages_ask_for_exists() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]
    asked = {
        key for file in files if file.exists() for key in USED.findall(file.read_text("utf-8"))
    }
    assert asked <= set(words.keys("en"))


class _Strict(yaml.SafeLoader):
    """A key written twice is an error; YAML itself quietly keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        names = [key.value for key, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        assert not twice, f"line {node.start_mark.line}: {twice}"
        return super().construct_mapping(node, deep)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_word_is_written_twice(lang: str) -> None:
    text = (ROOT / "assets" / "i18n" / f"{lang}.yaml").read_text(encoding="utf-8")
    yaml.load(text, _Strict)


def test_a_word_written_twice_is_found() -> None:
    with pytest.raises(AssertionError, match="a"):
        yaml.load("x: {a: 1, a: 2}", _Strict)
