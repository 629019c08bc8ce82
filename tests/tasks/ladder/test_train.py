"""Rungs, training in pieces, and the loss on held-out text, on models of a few thousand weights."""

import dataclasses
import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from lesson_core.model.cache import NoCache
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.ladder import held_out, package, train
from lesson_core.tasks.ladder.rungs import LADDER, Rung

TINY = Rung(name="tiny", n_layers=1, d_model=32, n_kv_heads=1, d_ff=32, vocab_size=64)
SMALL = dataclasses.replace(TINY, name="small", n_layers=2, d_ff=64)
SETTINGS = train.Settings(tokens=40 * 2 * 16, batch=2, length=16, compile=False)


def text(documents: int, seed: int) -> packing.Documents:
    """Counting upwards from anywhere: easy to learn."""
    draws = np.random.default_rng(seed)
    rows = [
        [int(s + i) % 60 + 2 for i in range(n)] + [0]
        for s, n in draws.integers(3, 30, (documents, 2))
    ]
    return packing.gather(
        [(packing.LANGUAGES[i % 3], row, 3 * len(row)) for i, row in enumerate(rows)]
    )


def after(times: int) -> Callable[[], bool]:
    """Says yes when it has been asked so often."""
    ticks = itertools.count()
    return lambda: next(ticks) >= times


@pytest.fixture
def build(tmp_path: Path) -> Path:
    text(200, 1).save(tmp_path / "train.safetensors")
    text(20, 2).save(tmp_path / "held.safetensors")
    (tmp_path / "text.json").write_text("{}")
    return tmp_path


def test_the_ladder_has_seven_rungs_evenly_apart() -> None:
    sizes = [rung.params for rung in LADDER]
    assert sizes[0] == pytest.approx(1e5, rel=0.05) and sizes[-1] == pytest.approx(1.2e7, rel=0.05)
    assert all(2.0 < b / a < 2.5 for a, b in itertools.pairwise(sizes))


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.name)
def test_params_are_those_of_the_model(rung: Rung) -> None:
    with torch.device("meta"):
        model = checkpoint.Transformer(rung.config)
    counted = sum(weight.numel() for weight in model.parameters())
    assert counted == rung.params + rung.vocab_size * rung.d_model


def test_the_rate_rises_falls_and_ends_at_nothing() -> None:
    rates = [train.one_cycle(i / 100) for i in range(101)]
    assert rates[0] == rates[-1] == 0
    assert max(rates) == rates[5] == pytest.approx(1)
    assert rates[6:] == sorted(rates[6:], reverse=True)
    peaks = [rung.peak for rung in LADDER]
    assert peaks == sorted(peaks, reverse=True)


def test_a_run_in_pieces_is_the_run_in_one(build: Path) -> None:
    """Stopped every few steps and started again, it ends with the same weights."""
    loaded = train.Text.load(build)
    assert train.climb(TINY, loaded, build / "whole", SETTINGS, lambda: False)
    for _ in range(20):
        if train.climb(TINY, loaded, build / "pieces", SETTINGS, after(7)):
            break
    states = [
        checkpoint.load_file(build / name / "state.safetensors") for name in ("whole", "pieces")
    ]
    compared = [name for name in states[0] if name.startswith("weight.")]
    assert compared
    assert all(torch.equal(states[0][name], states[1][name]) for name in compared)


def test_training_learns_and_package_writes_what_loads(build: Path, tmp_path: Path) -> None:
    longer = dataclasses.replace(SETTINGS, tokens=SETTINGS.tokens * 4, rate=2.0)
    train.run([TINY, SMALL], build, longer)
    result = json.loads((build / "tiny" / "result.json").read_text())
    assert result["held_out"]["all"]["nats_per_token"] < 0.7 * math.log(64)
    assert result["params"] == TINY.params and result["tokens"] == longer.tokens
    assert len(package.curve(build / "tiny" / "train.jsonl")) >= 7
    package.pack(TINY, build, tmp_path / "out", torch.float32)
    held = packing.Documents.load(build / "held.safetensors")
    found = package.losses(tmp_path / "out", held)
    assert found["all"]["nats_per_token"] == pytest.approx(
        result["held_out"]["all"]["nats_per_token"], abs=2e-4
    )
    package.pack(TINY, build, tmp_path / "half", torch.bfloat16)
    config = json.loads((tmp_path / "half" / "config.json").read_text())
    assert config["torch_dtype"] == "bfloat16" and config["vocab_size"] == 64
    sizes = [(tmp_path / d / "model.safetensors").stat().st_size for d in ("out", "half")]
    assert sizes[1] < 0.7 * sizes[0]
    near = package.losses(tmp_path / "half", held)["all"]["nats_per_token"]
    assert near == pytest.approx(found["all"]["nats_per_token"], abs=0.05)


def test_a_finished_rung_is_left_alone(build: Path) -> None:
    train.run([TINY], build, SETTINGS)
    before = (build / "tiny" / "state.safetensors").stat().st_mtime_ns
    train.run([TINY], build, SETTINGS)
    assert (build / "tiny" / "state.safetensors").stat().st_mtime_ns == before


def test_held_out_loss_is_that_of_each_document_alone() -> None:
    """Padding and company change nothing: the slow twin reads one document at a time."""
    documents = text(50, 4)
    model = checkpoint.fresh(TINY.config, seed=2).requires_grad_(False)
    found = held_out.nats(model, documents)
    for index in (0, 7, 49):
        ids = torch.from_numpy(documents.document(index).astype(np.int64))[None]
        logits = model(ids[:, :-1], NoCache())[0]
        slow = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum")
        assert found[index, 0] == pytest.approx(float(slow), rel=1e-4)
        assert found[index, 1] == ids.shape[1] - 1
    whole = held_out.measure(model, documents)
    assert whole["all"]["tokens"] == sum(whole[name]["tokens"] for name in packing.LANGUAGES)
    mean = found[:, 0].sum() / found[:, 1].sum()
    assert whole["all"]["nats_per_token"] == pytest.approx(mean, abs=1e-4)


def test_the_fit_is_over_parameters_without_the_table() -> None:
    rungs = [
        {"params": n, "held_out": {"all": {"nats_per_token": 20 * n**-0.1}}}
        for n in (1e5, 1e6, 1e7)
    ]
    fit = package.fitted(rungs)
    assert fit["exponent"] == pytest.approx(0.1) and fit["r2"] == pytest.approx(1)
    assert fit["monotone"]
