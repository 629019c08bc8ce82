"""Sentence pairs as documents."""

import random
from pathlib import Path

from lesson_core.tasks.bilingual import pairs

LINES = """Hi.\t你好。\tCC-BY 2.0 (France) Attribution: tatoeba.org #1 (CM) & #2 (musclegirlxyp)
Are you there?\t你在嗎?\tCC-BY 2.0 (France) Attribution: tatoeba.org #3 (CK) & #4 (Martha)
Strange.\t龘。\tCC-BY 2.0 (France) Attribution: tatoeba.org #5 (CK) & #6 (Martha)
"""


def read(folder: Path) -> list[pairs.Pair]:
    path = folder / "pairs.txt"
    path.write_text(LINES, encoding="utf-8")
    return pairs.read(path)


def test_pairs_are_simplified_punctuated_and_attributed(tmp_path: Path) -> None:
    assert read(tmp_path) == [
        pairs.Pair("Hi.", "你好。", ("CM", "musclegirlxyp")),
        pairs.Pair("Are you there?", "你在吗？", ("CK", "Martha")),
    ]


def test_each_pair_is_translated_once(tmp_path: Path) -> None:
    found = read(tmp_path)
    text = "\n".join(pairs.translations(found * 5, random.Random(1)))
    assert text.count("你好。") == text.count("English: Hi.") == 5
    assert text.count("中文：") == text.count("English: ") == 10


def test_sentences_of_a_topic_share_a_word_and_none_is_lost() -> None:
    about = [f"今天天气{word}。" for word in "冷热好坏"] + ["他走了。", "猫睡着了。"]
    documents = pairs.topics(about, random.Random(2))
    assert sorted("".join(documents)) == sorted("".join(about))
    assert any(document.count("天气") >= 2 for document in documents)
    assert "他走了。" in documents
