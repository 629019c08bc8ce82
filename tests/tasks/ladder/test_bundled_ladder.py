"""The rungs in the repository: they load, they fit what was recorded, and they form a ladder."""

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

from lesson_core.artefacts import home, ladder, manifest
from lesson_core.artefacts.registry import Registry
from lesson_core.model import weights
from lesson_core.model.cache import NoCache
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.ladder import package
from lesson_core.tasks.ladder.held_out import measure
from lesson_core.tasks.ladder.rungs import named
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory import scaling
from lesson_core.theory.recorded import recorded

RECORDED: dict[str, Any] = recorded("ladder")
RUNGS = RECORDED["rungs"]
SHIPPED = [rung for rung in RUNGS if "files" in rung]
NAMES = [rung["name"] for rung in SHIPPED]


@pytest.fixture(scope="module")
def held() -> packing.Documents:
    return packing.Documents.load(ladder.HELD_OUT)


def test_it_has_six_rungs_and_every_larger_one_loses_less() -> None:
    assert len(SHIPPED) >= 6
    sizes = [rung["params"] for rung in RUNGS]
    losses = [rung["held_out"]["all"]["nats_per_token"] for rung in RUNGS]
    law = scaling.fit(sizes, losses)
    assert scaling.falls(sizes, losses) and RECORDED["fit"]["monotone"]
    assert RECORDED["fit"]["r2"] == pytest.approx(law.r2, abs=1e-4)
    assert RECORDED["fit"]["exponent"] == pytest.approx(law.exponent, abs=1e-4)
    assert len({rung["tokens"] for rung in RUNGS}) == 1


def test_the_files_are_registered_whole_and_small() -> None:
    registered = [a.id for a in Registry.load().all() if a.kind == "ladder_rung"]
    assert registered == NAMES
    for name in NAMES:
        manifest.verify(name)
    assert sum(home.size_of(name) for name in NAMES) <= 50e6


@pytest.mark.parametrize("rung", SHIPPED, ids=NAMES)
def test_a_rung_is_what_its_record_says(rung: dict[str, Any]) -> None:
    folder = home.folder_of(rung["name"])
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    census = weights.census(model)
    assert sum(row.params for row in census if row.group != "embedding") == rung["params"]
    assert model.config == named(rung["name"]).config
    with safe_open(folder / "model.safetensors", framework="pt") as file:
        dtypes = {str(file.get_tensor(key).dtype) for key in file.keys()}  # noqa: SIM118
    assert dtypes == {"torch.float32" if rung is SHIPPED[-1] else "torch.bfloat16"}


def test_the_losses_are_those_of_the_files(held: packing.Documents) -> None:
    """The whole held-out text on the smallest rung; a twentieth of it on all, in order."""
    smallest = weights.load(home.folder_of(NAMES[0]), dtype=torch.float32, device="cpu")
    found = measure(smallest, held)["all"]["nats_per_token"]
    assert found == pytest.approx(SHIPPED[0]["files"]["nats_per_token"], abs=2e-3)
    assert found == pytest.approx(SHIPPED[0]["held_out"]["all"]["nats_per_token"], abs=0.01)
    some = held.only(range(0, len(held), 20))
    losses = [package.losses(home.folder_of(n), some)["all"]["nats_per_token"] for n in NAMES]
    assert losses == sorted(losses, reverse=True)


def test_the_largest_rung_reads_chinese_as_recorded_and_better_than_the_smallest(
    held: packing.Documents,
) -> None:
    chinese = held.only(np.flatnonzero(held.language == packing.LANGUAGES.index("zh")))
    found = package.losses(home.folder_of(NAMES[-1]), chinese)["zh"]["nats_per_token"]
    small, large = (SHIPPED[i]["held_out"]["zh"]["nats_per_token"] for i in (0, -1))
    assert found == pytest.approx(large, abs=2e-3)
    assert large < small < math.log(named(NAMES[0]).vocab_size)


def test_the_largest_rung_goes_on_in_english() -> None:
    folder = home.folder_of(NAMES[-1])
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.load(folder)
    ids = tokenizer.encode("Once upon a time,")
    for _ in range(12):
        ids.append(int(model.last_logits(torch.tensor([ids]), NoCache()).argmax()))
    written = tokenizer.decode(ids).removeprefix("Once upon a time,")
    assert len(re.findall(r"\b[a-z]{2,}\b", written)) >= 4


def test_the_piece_that_trains_for_a_minute_is_english_and_held_out_from(
    held: packing.Documents,
) -> None:
    piece = packing.Documents.load(ladder.TEXT)
    assert set(piece.language) == {packing.LANGUAGES.index("en")}
    assert 0.95 < len(piece.ids) / package.PIECE_TOKENS <= 1
    known = {piece.document(i).tobytes() for i in range(len(piece))}
    assert len(known) == len(piece)
    assert not known & {held.document(i).tobytes() for i in range(len(held))}
