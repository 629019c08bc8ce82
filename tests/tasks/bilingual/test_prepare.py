"""Assembling the text and training the tokenizer."""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer

from lesson_core.tasks.bilingual import pairs, prepare, questions_zh


def tokenizer() -> Tokenizer:
    return prepare.train_tokenizer(questions_zh.questions(), 600)


def test_the_tokenizer_writes_any_text() -> None:
    trained = tokenizer()
    assert trained.get_vocab_size() == 600
    assert trained.token_to_id(prepare.END) == 0
    for text in ["什么是内存？", "naïve café 😀", "x = 2024;\n\n\tend", "العربية", "  two  "]:
        assert trained.decode(trained.encode(text).ids) == text


def test_digits_stay_single_and_chinese_is_compressed() -> None:
    trained = tokenizer()
    assert len(trained.encode("2024").ids) == 4
    text = "语言模型读前面的文字，猜下一个 token 是什么。"
    assert len(trained.encode(text).ids) < len(text)


def test_every_document_ends_with_the_end_token() -> None:
    documents = prepare.encode(tokenizer(), [("zh", "内存。"), ("en", "Memory.")])
    assert documents.document(0)[-1] == documents.document(1)[-1] == 0
    assert documents.bytes.tolist() == [9, 7]


def test_a_held_out_sentence_is_in_no_training_document(tmp_path: Path) -> None:
    generated = tmp_path / "generated.jsonl"
    texts = [f"A bee number {n} flies to a flower." for n in range(400)]
    generated.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    found = [pairs.Pair(f"This is {n}.", f"这是第{n}个句子。", ()) for n in range(400)]
    train, held = prepare.assemble([generated], found, seed=1)
    seen, unseen = {text for _, text in train}, {text for _, text in held}
    assert unseen and not seen & unseen
    trained_text = "\n".join(seen)
    for pair in found:
        if prepare.is_held_out(pair.english):
            assert f"{pair.english}\n" not in trained_text
            assert pair.chinese not in trained_text
    assert {language for language, _ in train} == {"en", "zh", "pair"}


def test_the_own_text_is_reproducible() -> None:
    assert prepare.own(random.Random(1)) == prepare.own(random.Random(1))


def test_the_contributors_are_named_once(tmp_path: Path) -> None:
    found = [pairs.Pair("a", "b", ("CK", "Martha")), pairs.Pair("c", "d", ("CK", "alex"))]
    prepare.write_attribution(found, tmp_path / "a.txt")
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert "CC BY 2.0 FR" in text
    assert text.endswith("Contributors: alex, CK, Martha\n")
