"""The sentence encoder against transformers' BertModel, and mistakes that must be caught."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
import transformers as hf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.errors import LabError
from lesson_core.model import encoder
from lesson_core.model.encoder import pooled
from lesson_core.model.sentences import MAX_TOKENS, SentenceEncoder

SENTENCES = ["the cat sat", "a cat", "the mat the mat the mat sat on a cat", "xyzzy", ""]
REAL = ["How do I return a book?", "怎么还书？", "Returning books", "", "é" * 40, "😀", "a " * 900]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "a", "mat", "c", "##at"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT as the Hub would hand it out, with a WordPiece tokenizer."""
    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(7)
    config = hf.BertConfig(
        vocab_size=len(PIECES), hidden_size=24, num_hidden_layers=3, num_attention_heads=4,
        intermediate_size=40, max_position_embeddings=32, initializer_range=0.5,
    )  # fmt: skip
    hf.BertModel(config).eval().save_pretrained(folder)
    ids = {piece: i for i, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@torch.inference_mode()
def theirs(folder: Path, sentences: list[str]) -> Tensor:
    """One sentence at a time, no padding anywhere: mean over all tokens, length 1."""
    model = hf.BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(MAX_TOKENS, model.config.max_position_embeddings))
    rows = []
    for sentence in sentences:
        ids = torch.tensor([tokenizer.encode(sentence).ids])
        rows.append(F.normalize(model(ids).last_hidden_state.mean(dim=1), dim=-1))
    return torch.cat(rows)


def test_equal_to_transformers(tiny: Path) -> None:
    found = SentenceEncoder.load(tiny).encode(SENTENCES)
    assert (found.vectors - theirs(tiny, SENTENCES)).abs().max() < 1e-5
    assert torch.allclose(found.vectors.norm(dim=1), torch.ones(len(SENTENCES)))


@pytest.mark.encoder
def test_the_real_one_is_equal_to_transformers() -> None:
    folder = home.folder_of(ENCODER)
    found = SentenceEncoder.load(folder).encode(REAL)
    assert (found.vectors - theirs(folder, REAL)).abs().max() < 1e-5
    assert found.cut == [0, 0, 0, 0, 0, 0, 902 - MAX_TOKENS]


@pytest.mark.encoder
def test_the_real_one_knows_what_is_alike() -> None:
    encode = SentenceEncoder.load(home.folder_of(ENCODER)).encode
    one, alike, other = encode(
        ["How do I reset my password?", "I forgot my password, what now?", "When do you open?"]
    ).vectors
    assert one @ alike > one @ other + 0.3


def without_the_mask(hidden: Tensor, seen: Tensor) -> Tensor:
    return F.normalize(hidden.mean(dim=1), dim=-1)


def first_token(hidden: Tensor, seen: Tensor) -> Tensor:
    return F.normalize(hidden[:, 0], dim=-1)


def not_scaled(hidden: Tensor, seen: Tensor) -> Tensor:
    kept = seen.unsqueeze(-1)
    return (hidden * kept).sum(dim=1) / kept.sum(dim=1)


@pytest.mark.parametrize("wrong", [without_the_mask, first_token, not_scaled])
def test_a_wrong_pooling_is_caught(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Tensor, Tensor], Tensor]
) -> None:
    monkeypatch.setattr("lesson_core.model.sentences.pooled", wrong)
    found = SentenceEncoder.load(tiny).encode(SENTENCES).vectors
    assert (found - theirs(tiny, SENTENCES)).abs().max() > 1e-2


def test_attention_to_padding_is_caught(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = encoder.Layer.forward
    monkeypatch.setattr(
        encoder.Layer, "forward", lambda self, x, seen: whole(self, x, torch.ones_like(seen))
    )
    found = SentenceEncoder.load(tiny).encode(SENTENCES).vectors
    assert (found - theirs(tiny, SENTENCES)).abs().max() > 1e-2


def test_a_sentence_is_the_same_in_any_company(tiny: Path) -> None:
    loaded = SentenceEncoder.load(tiny)
    alone = torch.cat([loaded.encode([sentence]).vectors for sentence in SENTENCES])
    assert torch.allclose(loaded.encode(SENTENCES).vectors, alone, atol=1e-6)


def test_what_is_too_long_is_cut_and_counted(tiny: Path) -> None:
    found = SentenceEncoder.load(tiny).encode(["the cat " * 100])
    assert found.cut == [202 - 32]
    assert found.tokens[0][0] == "[CLS]"
    assert len(found.tokens[0]) == 32


def test_pooling_by_hand() -> None:
    hidden = torch.tensor([[[3.0, 0.0], [3.0, 8.0], [100.0, 100.0]]])
    seen = torch.tensor([[True, True, False]])
    assert torch.allclose(pooled(hidden, seen), torch.tensor([[0.6, 0.8]]))


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(tiny: Path, tmp_path: Path, name: str) -> None:
    for file in tiny.iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
    with pytest.raises(LabError, match="model_files_missing") as caught:
        SentenceEncoder.load(tmp_path)
    assert caught.value.values["file"] == name


def test_another_family_is_refused() -> None:
    with pytest.raises(LabError, match="encoder_unsupported"):
        encoder.EncoderConfig.from_hf({"model_type": "llama"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.pop("embeddings.LayerNorm.bias"), "model_tensor_missing"),
        (lambda t: t.update({"embeddings.LayerNorm.bias": torch.ones(3)}), "model_tensor_shape"),
    ],
)
def test_a_damaged_file_is_refused(
    tiny: Path, tmp_path: Path, change: Callable[[dict[str, Tensor]], object], code: str
) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(tiny / "model.safetensors")
    change(tensors)
    save_file(tensors, tmp_path / "model.safetensors")
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).symlink_to(tiny / name)
    with pytest.raises(LabError, match=code):
        SentenceEncoder.load(tmp_path)
