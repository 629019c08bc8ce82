"""The tokenizer of a converted GGUF: merges, digits one by one, control tokens, template."""

import json

import pytest
from tokenizers import Tokenizer

from lesson_core.artefacts import tokenizer_json
from lesson_core.artefacts.gguf_file import GGUFFile
from tests.artefacts import tiny_gguf


@pytest.fixture
def folder(tmp_path):
    tokenizer_json.write(GGUFFile(tiny_gguf.write(tmp_path / "tiny.gguf").path), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("hello hello", ["hello", "Ġhello"]),
        ("12", ["1", "2"]),  # a merge for "12" exists, but digits are split before it can act
        ("hello12", ["hello", "1", "2"]),
        ("<|im_end|>", ["<|im_end|>"]),
    ],
)
def test_pieces(folder, text, pieces):
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).tokens == pieces


@pytest.mark.parametrize("text", ["hello, world", "你好 🙂\n\n\n12", "  two  spaces ", "é\t\x00"])
def test_text_comes_back(folder, text):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_ids_are_those_of_the_file(folder):
    vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    assert sorted(vocabulary, key=vocabulary.__getitem__) == tiny_gguf.vocabulary()


def test_config_names_the_special_tokens_and_keeps_the_template(folder):
    config = json.loads((folder / "tokenizer_config.json").read_text())
    assert (config["bos_token"], config["eos_token"]) == ("<|im_start|>", "<|im_end|>")
    assert config["additional_special_tokens"] == tiny_gguf.SPECIAL
    assert config["chat_template"] == tiny_gguf.TEMPLATE
