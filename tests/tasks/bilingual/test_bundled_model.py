"""The model in the repository: it loads, it fits its description, it writes both languages."""

import math
import re

import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.model import weights
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.text.tokenizer import Tokenizer

FOLDER = home.folder_of("bilingual-4m")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def model() -> Transformer:
    return weights.load(FOLDER, dtype=torch.float32, device="cpu")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(FOLDER)


def complete(model: Transformer, tokenizer: Tokenizer, prompt: str, tokens: int = 24) -> str:
    """The greedy continuation, by the plainest loop there is."""
    ids = tokenizer.encode(prompt)
    start = len(ids)
    for _ in range(tokens):
        best = int(model.last_logits(torch.tensor([ids]), NoCache()).argmax())
        if best in tokenizer.eos_ids:
            break
        ids.append(best)
    return tokenizer.decode(ids[start:])


def nats_per_token(model: Transformer, tokenizer: Tokenizer, texts: list[str]) -> float:
    total, count = 0.0, 0
    for text in texts:
        ids = torch.tensor([tokenizer.encode(text)])
        logits = model(ids[:, :-1], NoCache())[0]
        total += float(torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum"))
        count += ids.shape[1] - 1
    return total / count


def test_size(model: Transformer) -> None:
    parameters = sum(row.params for row in weights.census(model))
    assert 3_000_000 <= parameters <= 5_000_000
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 20_000_000


def test_it_completes_and_does_not_chat(model: Transformer, tokenizer: Tokenizer) -> None:
    assert not tokenizer.has_chat
    assert tokenizer.eos_ids == model.config.eos_ids == (0,)
    assert tokenizer.vocab_size == model.config.vocab_size == 4096
    assert model.config.max_seq_len == 512


@pytest.mark.parametrize(
    "text",
    [
        "The sky is blue because of the air.",
        "今天天气很好，我们去公园散步。",
        "naïve 😀 𠀀 2024\n\t{x}",
    ],
)
def test_every_text_survives_the_tokenizer(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_chinese_takes_less_than_a_token_per_character(tokenizer: Tokenizer) -> None:
    text = "今天天气很好，我们去公园散步。语言模型读前面的文字，猜下一个词是什么。"
    assert len(tokenizer.encode(text)) < len(text)


def test_an_english_prompt_is_continued_in_english(
    model: Transformer, tokenizer: Tokenizer
) -> None:
    text = complete(model, tokenizer, "Question: What is a computer?\nAnswer:")
    assert len(re.findall(r"[a-z]{2,}", text)) >= 4
    assert not HAN.search(text)


def test_a_chinese_prompt_is_continued_in_chinese(model: Transformer, tokenizer: Tokenizer) -> None:
    text = complete(model, tokenizer, "今天天气")
    assert len(HAN.findall(text)) >= 3
    assert not re.search(r"[a-z]{3,}", text)


def test_it_expects_what_people_write(model: Transformer, tokenizer: Tokenizer) -> None:
    """Sentences written for this test, in neither the training nor the held-out text."""
    far_below_uniform = math.log(4096) / 1.5  # 5.5 nats per token
    english = ["The little dog was happy because it found its friend in the garden.",
               "A school is a place where people learn about the world."]  # fmt: skip
    chinese = ["昨天晚上我和朋友一起在家里看了一部电影。", "他每天早上七点起床，然后去学校。"]
    assert nats_per_token(model, tokenizer, english) < far_below_uniform
    assert nats_per_token(model, tokenizer, chinese) < far_below_uniform
