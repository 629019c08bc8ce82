"""Tokenizers against their twins: the default model's, and GPT-2's vocabulary in our own BPE."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer as Library
from tokenizers import models, pre_tokenizers

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.text.bpe import BPE, BYTE_OF
from lesson_core.text.tokenizer import Tokenizer
from tests.equivalence.texts import varied

GPT2 = Path(__file__).parents[3] / "shared" / "data" / "gpt2_vocab"


@pytest.mark.model
def test_the_default_tokenizer_equals_its_twin() -> None:
    """The twin is built from the same vocabulary by hand: digits one by one, then bytes."""
    folder = folder_of(DEFAULT)
    model = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in model["merges"]]
    twin = Library(models.BPE(vocab=model["vocab"], merges=merges))
    twin.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    ours = Tokenizer.load(folder)
    for text in varied():
        assert ours.encode(text) == twin.encode(text).ids, repr(text)


@pytest.mark.skipif(not GPT2.exists(), reason="../shared/data/gpt2_vocab is not here")
def test_our_bpe_with_the_vocabulary_of_gpt2() -> None:
    vocab = json.loads((GPT2 / "encoder.json").read_text("utf-8"))
    lines = (GPT2 / "vocab.bpe").read_text("utf-8").splitlines()[1:]
    pairs = [tuple(line.split(" ")) for line in lines if line]
    ours = BPE(
        merges={(vocab[left], vocab[right]): vocab[left + right] for left, right in pairs},
        byte_ids=tuple(vocab[stand_in] for stand_in, _ in sorted(BYTE_OF.items(), key=_byte)),
    )
    twin = Library(models.BPE(vocab=vocab, merges=pairs))
    twin.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for text in varied():
        ids = ours.encode(text)
        assert ids == twin.encode(text).ids, repr(text)
        assert ours.decode(ids) == text


def _byte(item: tuple[str, int]) -> int:
    return item[1]
