"""Every known-wrong implementation differs from the right one, and from the others, as shown."""

from itertools import combinations

import pytest
import torch

from lesson_core.experiments.spot import SCENES
from lesson_core.generate.sample import keep_top_p
from lesson_core.generate.speculative_accept import residual
from lesson_core.model.attention import written_attention
from lesson_core.model.threads import using_threads
from lesson_core.schema.spot import Table
from lesson_core.tasks.mistakes import acceptance, attention, decoder, int8, sampling, shown
from lesson_core.tasks.mistakes.shown import apart, clear_seed, number


@pytest.fixture(autouse=True)
def _one_thread():
    with using_threads(1):
        yield


@pytest.mark.parametrize("seed", [0, 1234])
@pytest.mark.parametrize("name", SCENES)
def test_every_mistake_shows_and_no_two_look_alike(name: str, seed: int) -> None:
    scene = SCENES[name]
    clear = clear_seed(scene, seed)
    tables = {f.__name__: scene.table(f, clear) for f in (scene.right, *scene.WRONG)}
    assert len(tables) == 7
    for one, other in combinations(tables.values(), 2):
        assert one.columns == other.columns
        assert apart(one, other)
    assert scene.table(scene.right, clear) == tables["right"]  # the same again


def test_two_that_are_the_same_are_found(monkeypatch) -> None:
    monkeypatch.setattr(shown, "TRIES", 3)

    class Twice:
        WRONG = (attention.no_mask, attention.no_mask)
        right, table, VALUES = attention.right, attention.table, {}

    Twice.right, Twice.table = staticmethod(attention.right), staticmethod(attention.table)
    with pytest.raises(ValueError, match="look alike"):
        clear_seed(Twice, 0)


def test_a_difference_in_the_last_digit_is_none() -> None:
    one, other, nan = (
        Table(columns=("a",), rows=((text,),)) for text in ("0.50", "0.51", number(float("nan")))
    )
    assert not apart(one, other)
    assert apart(one, nan) and not apart(nan, nan)


def test_right_attention_is_the_model_s() -> None:
    q, k = torch.randn(2, 6, 8)
    ours = written_attention(q[None, None], k[None, None], k[None, None])[1][0, 0]
    assert torch.allclose(attention.right(q, k), ours, atol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_right_sampling_is_the_lab_s(seed: int) -> None:
    torch.manual_seed(seed)
    logits = torch.randn(30)
    ours = keep_top_p(logits / 0.7, 0.8).softmax(dim=0)
    assert torch.allclose(sampling.right(logits, 0.7, 0.8), ours, atol=1e-6)


def test_right_acceptance_keeps_the_law_and_its_residual_is_the_lab_s() -> None:
    p, q = acceptance.laws(3)
    left = (p - q).clamp(min=0)
    assert torch.allclose(left / left.sum(), residual(p, q))
    drawn = acceptance.right(p, q, 40_000, torch.Generator().manual_seed(1))
    assert (torch.bincount(drawn, minlength=5) / 40_000 - p).abs().max() < 0.012


def test_right_codes_come_back_to_within_half_a_step() -> None:
    weights = torch.randn(8, 40)
    scale = weights.abs().amax(dim=1, keepdim=True) / 127
    assert ((int8.right(weights) * scale - weights).abs() <= scale / 2 + 1e-6).all()


@pytest.mark.parametrize("seed", [0, 10])
def test_each_mistake_of_the_decoder_lights_its_own_test(seed: int) -> None:
    def found(function: object) -> dict[str, float]:
        return {row: float(text) for row, text in decoder.table(function, clear).rows}

    clear = clear_seed(decoder, seed)
    right = found(decoder.right)
    assert right["loss"] == right["loss_padded"] == pytest.approx(2.565, abs=0.5)
    assert right["last_changed"] == right["twice"] == right["piecewise"] == 0
    assert right["first_swapped"] > 0
    assert found(decoder.no_mask)["last_changed"] > 0
    assert found(decoder.no_positions)["first_swapped"] == 0
    assert found(decoder.one_output)["loss"] == 0
    assert found(decoder.training_mode)["twice"] > 0
    counted = found(decoder.padding_counted)
    assert counted["loss"] == right["loss"] and counted["loss_padded"] != right["loss"]
    assert found(decoder.from_zero_again)["piecewise"] > 0
