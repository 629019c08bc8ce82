"""What the default model is asked."""

import random

from lesson_core.tasks.bilingual import paragraphs_zh, prompts, questions_en, questions_zh
from lesson_core.tasks.bilingual.simplified import is_simplified


def test_prompts_are_reproducible_and_of_every_kind() -> None:
    drawn = [prompts.draw(random.Random(seed)) for seed in range(200)]
    assert drawn == [prompts.draw(random.Random(seed)) for seed in range(200)]
    assert {prompt.kind for prompt in drawn} == {"question", "because", "fact", "story"}
    assert len({prompt.ask for prompt in drawn}) > 150


def test_a_document_begins_with_its_question_or_with_the_lead() -> None:
    for seed in range(100):
        prompt = prompts.draw(random.Random(seed))
        assert prompt.lead or prompt.head.startswith("Question: ")
        assert not (prompt.lead and prompt.head)


def test_nouns_get_their_article() -> None:
    assert prompts.a("apple") == "an apple"
    assert prompts.a("bank") == "a bank"


def test_no_list_has_an_empty_or_a_broken_entry() -> None:
    for words in (prompts.THINGS, prompts.MATTERS, prompts.WHYS, prompts.HOWS, prompts.WHO):
        assert all(word == word.strip() and word for word in words)
        assert len(words) == len(set(words))


def test_our_own_chinese_is_simplified_and_whole() -> None:
    texts = questions_zh.questions() + [
        paragraphs_zh.paragraph(random.Random(seed)) for seed in range(300)
    ]
    assert all(is_simplified(text) and text.endswith(("。", "！”")) for text in texts)
    assert not any("。。" in text or "，，" in text for text in texts)


def test_our_own_english_is_plain() -> None:
    texts = questions_en.questions()
    assert len(texts) == len(set(texts))
    assert all(text.isascii() and text.endswith(".") and "\\" not in text for text in texts)
