"""Training on the toy language: it learns, it stops and goes on, and wrong ways are seen."""

import argparse
import json
from pathlib import Path

import pytest
import torch

from lesson_core.model.attending import PAD, Past, Shape
from lesson_core.tasks.translate import checkpoint, subwords, train, trainer, vectors
from lesson_core.tasks.translate.batches import Batch, Batches
from lesson_core.tasks.translate.translator import Translator
from tests.tasks.translate import toy

PAIRS, HELD_OUT = toy.pairs(420)[:400], toy.pairs(420)[400:]
STEPS = 320


def tiny(size: int) -> Shape:
    return Shape(
        vocab_size=size, d_model=32, n_heads=2, d_ff=64, encoder_layers=2, decoder_layers=1,
        max_len=64, dropout=0.0,
    )  # fmt: skip


def learned(cut: subwords.Subwords) -> tuple[trainer.Trainer, float]:
    """A model after STEPS steps, and its last loss."""
    torch.manual_seed(0)
    made = trainer.Trainer(tiny(cut.size), torch.float32)
    stream = Batches(PAIRS, cut, 400, 1).stream(0, None)
    made.copy.train()
    loss = 0.0
    for step in range(STEPS):
        share = min(1.0, (step + 1) / 20, (STEPS - step) / 100)
        loss = made.step(next(stream)[1], share, step)
    return made, loss


def accuracy(made: trainer.Trainer, cut: subwords.Subwords) -> float:
    """Share of held-out sentences written exactly right, both ways."""
    weights = {name: weight.detach() for name, weight in made.weights.items()}
    translator = Translator(checkpoint.model_of(weights, tiny(cut.size)), cut)
    right = 0
    for target, source in (("zh", "en"), ("en", "zh")):
        wanted = [pair.text(target) for pair in HELD_OUT]
        written = translator.many([pair.text(source) for pair in HELD_OUT], target)
        right += sum(a == b for a, b in zip(written, wanted, strict=True))
    return right / (2 * len(HELD_OUT))


@pytest.fixture(scope="module")
def cut() -> subwords.Subwords:
    return subwords.learn(PAIRS, 80)


def test_it_learns_words_and_their_turned_order(cut: subwords.Subwords) -> None:
    made, loss = learned(cut)
    assert loss < 1.2  # label smoothing leaves about 0.9
    assert accuracy(made, cut) > 0.8


def test_without_a_causal_mask_it_only_seems_to_learn(
    cut: subwords.Subwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(Past, "causal", lambda self, new: None)
        made, loss = learned(cut)
        assert loss < 1.2  # it reads the answer off the next position …
    assert accuracy(made, cut) < 0.5  # … which is not there when it has to write


def test_without_the_shift_it_learns_to_copy(
    cut: subwords.Subwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = trainer.loss_of
    monkeypatch.setattr(
        trainer, "loss_of", lambda model, b, s: right(model, Batch(b.source, b.wanted, b.wanted), s)
    )
    made, loss = learned(cut)
    assert loss < 1.2
    assert accuracy(made, cut) == 0.0


def test_padding_is_not_scored(cut: subwords.Subwords) -> None:
    torch.manual_seed(0)
    made = trainer.Trainer(tiny(cut.size), torch.float32)
    made.copy.eval()
    source, shown = torch.tensor([[5, 6, 1]]), torch.tensor([[3, 7, 8]])
    wanted = torch.tensor([[7, 8, 1]])
    wide = [torch.nn.functional.pad(ids, (0, 3), value=PAD) for ids in (source, shown, wanted)]
    plain = trainer.loss_of(made.copy, Batch(source, shown, wanted), 0.1)
    torch.testing.assert_close(trainer.loss_of(made.copy, Batch(*wide), 0.1), plain)


def test_the_rate_rises_stays_and_falls() -> None:
    shares = [trainer.rate(step, steps=1000, fall=300) for step in range(1001)]
    assert shares[0] == pytest.approx(1 / trainer.WARM_UP)
    assert shares[trainer.WARM_UP : 700] == [1.0] * (700 - trainer.WARM_UP)
    assert shares[850] == pytest.approx(0.5)
    assert shares[1000] == 0.0


def test_vectors_of_words_that_mean_the_same_are_near(cut: subwords.Subwords) -> None:
    table = train.first_vectors(PAIRS, cut, 16)
    torch.testing.assert_close(table.norm(dim=1)[5:].median(), torch.tensor(1.0))
    for english, chinese in toy.WORDS.items():
        ids = cut.encode([f"x {english}"], "en")[0]
        if len(cut.pieces(ids)) != 2:
            continue  # cut into several pieces
        others = {zh: cut.encode([zh], "zh")[0][0] for zh in toy.WORDS.values()}
        near = max(others, key=lambda zh: float(table[ids[1]] @ table[others[zh]]))
        assert near == chinese
    again = vectors.shared_space([[1, 2], [3, 4]], 6, 2, seed=3)
    assert again.shape == (6, 2)
    assert torch.isfinite(again).all()


def test_stopping_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts end where one run ends; the log and the state carry on."""
    monkeypatch.setattr(train, "shape_for", lambda size, dropout: tiny(size))
    monkeypatch.setattr(train, "VOCABULARY", 80)
    monkeypatch.setattr(train, "SKIPPED_MERGES", None)
    monkeypatch.setattr(train, "REPORT_EVERY", 2)
    monkeypatch.setattr(train, "VALIDATE_EVERY", 4)
    file = tmp_path / "cmn.txt"
    lines = [f"{pair.english}\t{pair.chinese}\t#1 (a) & #2 (b)\n" for pair in PAIRS]
    file.write_text("".join(lines), encoding="utf-8")

    def run(folder: str, steps: int, until: int) -> train.Run:
        options = argparse.Namespace(
            pairs=file, out=tmp_path / folder, steps=steps, fall=4, tokens=200, dropout=0.0,
            seed=1, precision="float32",
        )  # fmt: skip
        made = train.Run(options)
        made.options.steps, whole = until, steps
        monkeypatch.setattr(train, "rate", lambda step, _, fall: trainer.rate(step, whole, fall))
        made.part(float("inf"))
        return made

    once = run("once", 8, 8)
    run("twice", 8, 5)
    twice = run("twice", 8, 8)
    assert once.over
    assert twice.done["step"] == 8
    for name, weight in once.trainer.weights.items():
        torch.testing.assert_close(twice.trainer.weights[name], weight)
        torch.testing.assert_close(twice.trainer.average[name], once.trainer.average[name])
    rows = [json.loads(line) for line in (tmp_path / "once/train.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "loss" in row] == [2, 4, 6, 8]
    assert [set(row["valid"]) for row in rows if "valid" in row] == [{"en", "zh"}] * 2
