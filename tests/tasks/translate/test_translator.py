"""Text in, tokens with their looks out: on a tiny model, with every file it is saved as."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.model.attending import Shape
from lesson_core.model.encoder_decoder import EncoderDecoder
from lesson_core.tasks.translate import checkpoint, subwords, translator
from lesson_core.tasks.translate.translator import Translator
from tests.tasks.translate import toy

PAIRS = toy.pairs(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights, as the lab would bundle it."""
    folder = tmp_path_factory.mktemp("model")
    cut = subwords.learn(PAIRS, 80)
    cut.save(folder)
    torch.manual_seed(3)
    shape = Shape(
        vocab_size=cut.size, d_model=16, n_heads=2, d_ff=24, encoder_layers=1, decoder_layers=2,
        max_len=128, dropout=0.1,
    )  # fmt: skip
    model = EncoderDecoder(shape)
    for name, weight in model.named_parameters():
        if weight.dim() == 2 and name != "embedding.weight":
            weight.data *= 4
    checkpoint.export(model.state_dict(), shape, folder, torch.float32)
    return folder


@pytest.fixture(scope="module")
def made(folder: Path) -> Translator:
    return Translator.load(folder)


def test_a_translation_has_tokens_and_their_looks(made: Translator) -> None:
    found = made.translate("The dog the cat.", "zh", beams=3)
    assert found.source[-1] == ""  # the end of the sentence can be looked at too
    assert "".join(found.source).replace("▁", " ").strip() == "the dog the cat."
    assert len(found.candidates) == 3
    assert found.text == found.candidates[0].text
    for token in found.tokens:
        assert len(token.looks) == len(found.source)
        assert sum(token.looks) == pytest.approx(1.0, abs=1e-5)
        assert 0.0 <= token.prob <= 1.0
    plain = json.loads(json.dumps(translator.plain(found)))
    assert plain["tokens"][0]["looks"] == found.tokens[0].looks


@pytest.mark.parametrize("target", ["en", "zh"])
def test_a_stream_is_the_greedy_translation(made: Translator, target: str) -> None:
    pair = PAIRS[0]
    text = pair.chinese if target == "en" else pair.english
    whole = made.translate(text, target, beams=1)
    streamed = list(made.stream(text, target))
    assert [token.piece for token in streamed] == [token.piece for token in whole.tokens]
    for now, then in zip(streamed, whole.tokens, strict=True):
        assert now.prob == pytest.approx(then.prob, abs=1e-4)
        assert now.looks == pytest.approx(then.looks, abs=1e-4)


def test_probabilities_make_up_the_sum(made: Translator) -> None:
    found = made.translate("The dog.", "zh", beams=2)
    if found.tokens[-1].piece == "":
        total = float(torch.tensor([token.prob for token in found.tokens]).log().sum())
        assert total == pytest.approx(found.candidates[0].log_prob, abs=0.2)


def test_many_are_one_by_one(made: Translator) -> None:
    texts = [pair.english for pair in PAIRS[:9]]
    assert made.many(texts, "zh") == [made.translate(t, "zh", beams=1).text for t in texts]
    assert made.many(texts[:3], "zh", 3) == [made.translate(t, "zh", 3).text for t in texts[:3]]


@pytest.mark.parametrize(
    ("text", "target", "code"),
    [
        ("", "zh", "translate_empty"),
        (" \n\t", "en", "translate_empty"),
        ("x" * 1_000_000, "zh", "translate_too_long"),
        ("你好", "zh", "translate_not_en"),
        ("hello", "en", "translate_not_zh"),
        ("!? 42", "zh", "translate_not_en"),
    ],
)
def test_what_cannot_be_translated_is_said(
    made: Translator, text: str, target: str, code: str
) -> None:
    with pytest.raises(LabError) as problem:
        made.translate(text, target)
    assert problem.value.code == code


@pytest.mark.parametrize("text", ["Tom 说 hello 😀", "<eos> <zh> dog", "\ud800 dog", "dog " * 90])
def test_mixed_and_strange_text_is_read(made: Translator, text: str) -> None:
    made.translate(text, "zh", beams=1)


def test_folders_that_are_not_whole(folder: Path, tmp_path: Path) -> None:
    for missing in ("tokenizer.json", "names.json", "config.json", "model.safetensors"):
        copy = tmp_path / missing.replace(".", "-")
        copy.mkdir()
        for path in folder.iterdir():
            if path.name != missing:
                (copy / path.name).write_bytes(path.read_bytes())
        with pytest.raises(LabError, match="model_files_missing"):
            Translator.load(copy)
    (copy / "model.safetensors").write_bytes(b"not a tensor file")
    with pytest.raises(LabError, match="model_file_damaged"):
        Translator.load(copy)


def test_a_missing_tensor_is_named(folder: Path, made: Translator, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    state = made.model.state_dict()
    del state["decoder.1.cross.query.bias"]
    checkpoint.export(state, made.model.shape, tmp_path, torch.float32)
    with pytest.raises(LabError) as problem:
        Translator.load(tmp_path)
    assert problem.value.values == {"name": "decoder.1.cross.query.bias"}


def test_half_the_bytes_change_little(made: Translator, tmp_path: Path) -> None:
    shape = dataclasses.replace(made.model.shape, dropout=0.0)
    checkpoint.export(made.model.state_dict(), shape, tmp_path, torch.bfloat16)
    made.subwords.save(tmp_path)
    half = Translator.load(tmp_path)
    assert half.model.embedding.weight.dtype == torch.float32
    for name, weight in made.model.state_dict().items():
        torch.testing.assert_close(half.model.state_dict()[name], weight, rtol=2**-8, atol=1e-6)
