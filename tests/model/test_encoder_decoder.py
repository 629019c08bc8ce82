"""The encoder–decoder: what it may see, what it must not, and its cache against none."""

import math

import pytest
import torch
import torch.nn.functional as F

from lesson_core.model.attending import PAD, Attention, Dropout, Past, Shape
from lesson_core.model.encoder_decoder import EncoderDecoder, sines

SHAPE = Shape(
    vocab_size=23, d_model=16, n_heads=2, d_ff=24, encoder_layers=2, decoder_layers=2, max_len=32
)
SOURCE = torch.tensor([[5, 6, 7, 8, 1], [9, 10, 1, PAD, PAD]])
SHOWN = torch.tensor([[3, 11, 12, 13], [4, 14, 15, 16]])


@pytest.fixture
def model() -> EncoderDecoder:
    torch.manual_seed(0)
    return EncoderDecoder(SHAPE).requires_grad_(False).eval()


def test_attention_is_torchs_formula(model: EncoderDecoder) -> None:
    attention: Attention = model.encoder[0].attention
    x = torch.randn(2, 5, 16)
    keys, values = attention.keys_values(x)
    seen = (SOURCE != PAD)[:, None, None, :]
    ours, weights = attention(x, keys, values, seen)
    mixed = F.scaled_dot_product_attention(attention._heads(attention.query(x)), keys, values, seen)
    torch.testing.assert_close(ours, attention.out(mixed.transpose(1, 2).flatten(2)))
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 2, 5))
    assert float(weights[1, ..., 3:].max()) == 0.0  # nobody looks at padding


def test_a_token_never_sees_a_later_one(model: EncoderDecoder) -> None:
    changed = SHOWN.clone()
    changed[:, 3] = 20
    before, after = model(SOURCE, SHOWN), model(SOURCE, changed)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


def test_that_test_sees_a_missing_causal_mask(
    model: EncoderDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Past, "causal", lambda self, new: None)
    with pytest.raises(AssertionError):
        test_a_token_never_sees_a_later_one(model)


def test_padding_changes_nothing(model: EncoderDecoder) -> None:
    alone = model(SOURCE[1:, :3], SHOWN[1:])
    torch.testing.assert_close(model(SOURCE, SHOWN)[1:], alone)


def test_order_matters(model: EncoderDecoder) -> None:
    """Without positions a source would be a bag of words."""
    swapped = SOURCE[:1, [1, 0, 2, 3, 4]]
    assert not torch.allclose(model(SOURCE[:1], SHOWN[:1]), model(swapped, SHOWN[:1]))


def test_every_source_token_reaches_every_answer_token(model: EncoderDecoder) -> None:
    for position in range(4):
        other = SOURCE[:1].clone()
        other[0, position] = 21
        moved = (model(SOURCE[:1], SHOWN[:1]) - model(other, SHOWN[:1])).abs().amax(dim=-1)
        assert (moved > 0).all()


@pytest.mark.parametrize("cuts", [(1, 1, 1, 1), (2, 2), (3, 1)])
def test_step_by_step_is_all_at_once(model: EncoderDecoder, cuts: tuple[int, ...]) -> None:
    whole = model.write(SHOWN, model.read(SOURCE))
    past, start, parts = model.read(SOURCE), 0, []
    for size in cuts:
        parts.append(model.write(SHOWN[:, start : start + size], past))
        start += size
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    assert past.length == 4


def test_rows_can_be_chosen_and_doubled(model: EncoderDecoder) -> None:
    past = model.read(SOURCE)
    model.write(SHOWN[:, :2], past)
    past.select(torch.tensor([1, 1, 0]))
    picked = model.write(SHOWN[[1, 1, 0], 2:3], past)
    straight = model.write(SHOWN[:, :3], model.read(SOURCE))[:, 2:]
    torch.testing.assert_close(picked, straight[[1, 1, 0]])


def test_a_watched_pass_leaves_its_looks(model: EncoderDecoder) -> None:
    past = model.read(SOURCE)
    past.watch = True
    model.write(SHOWN, past)
    assert [tuple(looks.shape) for looks in past.looks] == [(2, 2, 4, 5)] * 2
    torch.testing.assert_close(past.looks[1].sum(dim=-1), torch.ones(2, 2, 4))
    assert model.read(SOURCE).looks == []


def test_one_table_serves_input_and_output(model: EncoderDecoder) -> None:
    assert sum(p.shape == (23, 16) for p in model.parameters()) == 1
    hidden = torch.randn(1, 1, 16)
    torch.testing.assert_close(model.logits(hidden)[0, 0], model.embedding.weight @ hidden[0, 0])


def test_tokens_enter_scaled_with_their_position(model: EncoderDecoder) -> None:
    x = model.embed(torch.tensor([[5, 5]]), start=3)
    table = model.embedding.weight[5] * math.sqrt(16)
    torch.testing.assert_close(x[0], table + sines(32, 16)[3:5])


def test_sines_are_waves() -> None:
    waves = sines(32, 16)
    torch.testing.assert_close(waves[:, 0], torch.arange(32).sin())
    torch.testing.assert_close(waves[:, 8], torch.arange(32).cos())
    torch.testing.assert_close(waves.square().sum(dim=1), torch.full((32,), 8.0))


def test_dropout_keeps_the_mean_and_sleeps_outside_training() -> None:
    torch.manual_seed(0)
    drop, x = Dropout(0.25), torch.ones(100, 100)
    noisy = drop(x)
    assert abs(float((noisy == 0).float().mean()) - 0.25) < 0.02
    assert sorted(noisy.unique().tolist()) == pytest.approx([0.0, 4 / 3])
    assert not torch.equal(drop(x), noisy)
    assert torch.equal(drop.eval()(x), x)
    assert torch.equal(Dropout(0.0)(x), x)
    assert drop.train()(x.bfloat16()).dtype == torch.bfloat16
