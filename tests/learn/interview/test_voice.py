"""What is asked as a follow-up keeps the rules that every Chinese text keeps."""

import pytest

from lesson_core.learn import words
from lesson_core.learn.interview import chains, files
from tests.learn.test_voice import GLUED, HALF_WIDTH, NOT_A_TOKEN, visible

ASKED = {
    f"{name} {n}": link.ask for name, chain in chains.every().items()
    for n, link in enumerate(chain.then)
} | {article.lesson: article.ask for article in files.articles() if article.ask}  # fmt: skip


@pytest.mark.parametrize("where", ASKED)
def test_a_follow_up_is_written_as_the_lab_writes(where: str) -> None:
    said = ASKED[where]
    for rule in (GLUED, HALF_WIDTH, NOT_A_TOKEN):
        assert not rule.search(visible(said.zh)), said.zh
    assert said.en != said.zh
    assert not words.placeholders(said.en) and not words.placeholders(said.zh)
