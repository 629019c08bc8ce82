"""In these tests a missing word is an error, not a fallback."""

import pytest


@pytest.fixture(autouse=True)
def strict_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_STRICT_WORDS", "1")
