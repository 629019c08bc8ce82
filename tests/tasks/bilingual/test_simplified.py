"""Traditional sentences become simplified ones, or are left out."""

from lesson_core.tasks.bilingual.simplified import TABLE, is_simplified, simplify


def test_a_traditional_sentence_is_converted() -> None:
    assert simplify("我們現在能回去嗎？") == "我们现在能回去吗？"
    assert simplify("他看著我。這很難。") == "他看着我。这很难。"


def test_a_simplified_sentence_is_not_touched() -> None:
    assert simplify("这是一本著名的书。") == "这是一本著名的书。"


def test_what_the_table_does_not_know_is_refused() -> None:
    assert not is_simplified("饕餮龘")
    assert simplify("龘") is None


def test_the_table_leads_to_simplified_characters_only() -> None:
    assert all(is_simplified(simple) for simple in TABLE.values())
    assert len(TABLE) > 600
