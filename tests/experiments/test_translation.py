"""The translation job on a tiny model: what comes when, and that its parts agree."""

import itertools
from pathlib import Path

import pytest
import torch

from lesson_core.artefacts import manifest
from lesson_core.errors import LabError
from lesson_core.experiments import translation
from lesson_core.model.attending import Shape
from lesson_core.model.encoder_decoder import EncoderDecoder
from lesson_core.schema.events import Event
from lesson_core.schema.translation import Translation
from lesson_core.tasks.translate import by_vectors, checkpoint, subwords, word_by_word
from tests.experiments.fake_lab import FakeLab
from tests.tasks.translate import toy


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the bundled one: random weights, real dictionaries."""
    folder = tmp_path_factory.mktemp("translate")
    pairs = toy.pairs(200)
    cut = subwords.learn(pairs, 80)
    cut.save(folder)
    torch.manual_seed(3)
    shape = Shape(
        vocab_size=cut.size, d_model=16, n_heads=2, d_ff=24, encoder_layers=1, decoder_layers=2,
        max_len=256,
    )  # fmt: skip
    checkpoint.export(EncoderDecoder(shape).state_dict(), shape, folder, torch.float32)
    word_by_word.learn(pairs).save(folder / "dictionary.json")
    by_vectors.learn(pairs, width=13).save(folder / "vectors.json")
    return folder


@pytest.fixture
def events(bundled: Path, lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    spec = Translation(text="The dog the cat.", target="zh", beams=3)
    return list(translation.run(spec, lab))


def test_what_comes_when(events: list[Event]) -> None:
    stages = [event.stage for event in events]
    tokens = stages.count("decode")
    assert tokens >= 1
    assert stages == [
        "progress", "code", *["data"] * 3, *["decode"] * tokens, *["data"] * 5, "result"
    ]  # fmt: skip


def test_both_dictionaries_look_every_word_up(events: list[Event]) -> None:
    tables = {e.detail["way"]: e.detail for e in events if e.detail.get("what") == "words"}
    assert set(tables) == {"vectors", "dictionary"}
    for table in tables.values():
        assert [row[0] for row in table["rows"]] == ["The", "dog", "the", "cat", "."]
        assert ["dog", "狗"] in table["rows"]
        assert table["text"].index("狗") < table["text"].index("猫")  # in the order of the source


def test_every_token_looks_at_the_source(events: list[Event]) -> None:
    pieces = next(e.detail["pieces"] for e in events if e.detail.get("what") == "source")
    assert pieces[-1] == ""
    steps = [event for event in events if event.stage == "decode"]
    assert [event.step for event in steps] == list(range(len(steps)))
    for event in steps:
        assert len(event.detail["looks"]) == len(pieces)
        assert sum(event.detail["looks"]) == pytest.approx(1.0, abs=1e-5)
        assert event.end_s is not None and event.start_s is not None
        assert event.end_s > event.start_s


def test_the_result_holds_the_beams_and_their_map(events: list[Event]) -> None:
    found = events[-1].detail
    assert len(found["candidates"]) == 3
    assert found["text"] == found["candidates"][0]["text"]
    scores = [candidate["score"] for candidate in found["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert all(len(token["looks"]) == len(found["source"]) for token in found["tokens"])
    assert found["seconds"]["beam"] > 0
    assert found["parameters"] > 1000


def test_one_beam_gives_the_streamed_text(
    bundled: Path, lab: FakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    found = list(translation.run(Translation(text="狗猫。", target="en", beams=1), lab))[-1].detail
    assert found["text"] == found["greedy"]


def test_a_cancelled_job_stops_between_tokens(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    lab = FakeLab(tmp_path, stop_after=0)
    found = list(translation.run(Translation(text="The dog.", target="zh"), lab))
    assert [event.stage for event in found].count("decode") == 1
    assert found[-1].stage == "decode"


@pytest.mark.parametrize(
    ("text", "target", "code"),
    [
        ("  ", "zh", "translate_empty"),
        ("a" * 1_000_000, "zh", "translate_too_long"),
        ("你好", "zh", "translate_not_en"),
        ("hello", "en", "translate_not_zh"),
    ],
)
def test_what_cannot_be_translated(text: str, target: str, code: str) -> None:
    with pytest.raises(LabError) as caught:
        Translation(text=text, target=target)
    assert caught.value.code == code


def test_beams_have_bounds() -> None:
    for beams in (0, 9):
        with pytest.raises(LabError, match="out_of_range"):
            Translation(text="hello", target="zh", beams=beams)


def test_the_twins_write_the_same_and_are_counted(events: list[Event]) -> None:
    cache = events[-1].detail["cache"]
    assert cache["same"]
    assert len(cache["with_s"]) == len(cache["without_s"]) == translation.ROUNDS
    read, written = cache["read"], cache["written"]
    assert read == len(events[-1].detail["source"])
    assert written == len([event for event in events if event.stage == "decode"])
    assert cache["passes"][0] == read + written
    again = [len(range(read)) + len(range(step)) for step in range(1, written + 1)]
    assert cache["passes"][1] == sum(again)
    assert cache["layers"] == [1 + 2 * written, 3 * written]  # the toy: one encoder layer, two more


def test_a_slow_answer_has_one_turn(bundled: Path, lab: FakeLab, monkeypatch) -> None:
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    seconds = itertools.count(step=3)
    lab.clock = lambda: float(next(seconds))
    found = list(translation.run(Translation(text="The dog.", target="zh"), lab))[-1].detail
    assert len(found["cache"]["with_s"]) == 1


@pytest.mark.parametrize("looks", [3, 6, 40])
def test_cancelling_anywhere_gives_no_result(bundled: Path, tmp_path: Path, looks: int,
                                             monkeypatch) -> None:  # fmt: skip
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    lab = FakeLab(tmp_path, stop_after=looks)
    found = list(translation.run(Translation(text="The dog the cat.", target="zh"), lab))
    stopped = lab.asked > looks
    assert stopped == (found[-1].stage != "result")
