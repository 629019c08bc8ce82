"""Training learns, stops and goes on; what it writes is what the loader reads."""

import argparse
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from lesson_core.model import weights
from lesson_core.model.cache import NoCache
from lesson_core.schema.config import ModelConfig
from lesson_core.tasks.bilingual import checkpoint, packing, train

TINY = checkpoint.HF_CONFIG | {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "head_dim": 8,
    "vocab_size": 40,
}


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "HF_CONFIG", TINY)


@pytest.fixture
def options(tmp_path: Path) -> argparse.Namespace:
    documents = packing.gather([("en", [3, 4, 5, 6, 0], 10), ("zh", [7, 8, 9, 0], 9)] * 40)
    documents.save(tmp_path / "train.safetensors")
    documents.save(tmp_path / "held.safetensors")
    return argparse.Namespace(
        build=tmp_path, folder=tmp_path / "out", minutes=60.0, steps=40, length=16, batch=4,
        seed=1, threads=1, amp=False, compile=False,
    )  # fmt: skip


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]


def test_training_lowers_the_loss_and_writes_a_model(options: argparse.Namespace) -> None:
    train.run(options)
    losses = [line["loss"] for line in lines(options.build) if "lr" in line]
    assert losses[-1] < losses[0]  # type: ignore[operator]
    model = weights.load(options.folder, dtype=torch.float32, device="cpu")
    assert model.config == ModelConfig.from_hf(TINY)


def test_export_and_load_give_the_same_logits(tmp_path: Path) -> None:
    model = checkpoint.fresh(ModelConfig.from_hf(TINY), seed=2)
    checkpoint.export(model, tmp_path)
    again = weights.load(tmp_path, dtype=torch.float32, device="cpu")
    ids = torch.tensor([[3, 4, 5, 6]])
    torch.testing.assert_close(again(ids, NoCache()), model(ids, NoCache()).detach())


def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(
    options: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rate depends on the step only, so both runs take the same steps.
    monkeypatch.setattr(train, "learning_rate", lambda step, progress: 1e-3)
    options.steps = 6
    train.run(options)
    whole = checkpoint.load_state(*_blank(), options.build / "state.safetensors")
    one = (options.folder / "model.safetensors").read_bytes()
    (options.build / "state.safetensors").unlink()
    options.steps = 3
    train.run(options)
    options.steps = 6
    train.run(options)
    assert whole["step"] == 6
    assert (options.folder / "model.safetensors").read_bytes() == one


def _blank() -> tuple[train.Transformer, torch.optim.AdamW]:
    model = checkpoint.fresh(ModelConfig.from_hf(TINY), seed=9)
    return model, train.optimizer_for(model)


def test_batches_skip_what_was_done() -> None:
    documents = packing.gather([("en", [n, n, 0], 3) for n in range(1, 30)])
    every = list(islice(train.batches(documents, 8, 2, seed=1, skip=0), 9))
    later = list(islice(train.batches(documents, 8, 2, seed=1, skip=5), 4))
    assert all(torch.equal(a, b) for a, b in zip(every[5:], later, strict=True))
    assert every[0].shape == (2, 9)


def test_the_rate_rises_and_falls() -> None:
    assert train.learning_rate(0, 0.0) < train.PEAK / 10
    assert train.learning_rate(train.WARM_UP, 0.0) == pytest.approx(train.PEAK)
    assert train.learning_rate(10_000, 1.0) == pytest.approx(train.FLOOR)
    assert train.learning_rate(10_000, 3.0) == pytest.approx(train.FLOOR)


def test_a_model_that_knows_nothing_scores_uniform() -> None:
    model, _ = _blank()
    documents = packing.gather([("en", [3, 4, 5, 6, 0], 10)] * 3)
    found = train.held_out(model, documents, 10)
    assert set(found) == {"en"}
    assert found["en"]["nats_per_token"] == pytest.approx(np.log(40), abs=0.1)
