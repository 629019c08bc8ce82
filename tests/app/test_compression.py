"""The compression page: a finished run in both languages, and rounding by hand."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.experiments import compression
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.compression import Compression
from lesson_core.schema.events import Event
from pages.ui import runs, scheme_rows
from tests.app.test_pages import opened
from tests.experiments.fake_lab import RECIPE, FakeLab, card

PAGE = lesson("compression").path


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    """A real run on a tiny model; int4 does not fit it, so one row is a sentence."""
    spec = Compression(
        recipe=dataclasses.replace(RECIPE, model=FALLBACK), prompt_len=8, prefill_len=16,
        new_tokens=3, repeats=3, card=card(),
    )  # fmt: skip
    return list(compression.run(spec, FakeLab(tmp_path_factory.mktemp("lab"))))


@pytest.fixture
def finished(events: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    done: Any = SimpleNamespace(id="x", name="compression", state="done", error=None, position=None)
    monkeypatch.setattr(runs, "status", lambda name: done if name == "compression" else None)
    monkeypatch.setattr(runs, "events", lambda found: events if found is done else [])


def shown(lang: str) -> AppTest:
    app = opened(PAGE, lang, model=FALLBACK)
    app.session_state["answers"] = True
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What the page hands to its tables, by key."""
    drawn: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(
        scheme_rows, "mount", lambda name, *, key, data: drawn.__setitem__(key, data)
    )
    return drawn


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.usefixtures("finished")
def test_a_finished_run_tells_speed_quality_and_what_was_not_possible(
    lang: str, tables: dict[str, dict[str, Any]]
) -> None:
    app = shown(lang)
    headers = [header.value for header in app.header]
    for name in ("where_it_pays", "what_it_costs", "weight_errors", "by_hand", "gap"):
        assert words.t(lang, f"lesson.{name}") in headers
    names = {key: [row["label"] for row in data["rows"]] for key, data in tables.items()}
    for name in ("fp32", "int8", "2:4", "ffn"):
        assert words.t(lang, f"compression.schemes.{name}.name") in names["compression.quality"]
    four = words.t(lang, "compression.schemes.int4.name")
    assert four not in names["compression.quality"]
    assert four not in names["compression.speed"]
    problem = next(row for row in tables["compression.rows"]["rows"] if row["label"] == four)
    assert "32" in problem["problem"]
    for data in tables.values():
        for row in data["rows"]:
            assert row["problem"] or len(row["values"]) == len(data["columns"])
    masks = words.t(lang, "compression.masks", gains="@").split("@")[0]
    assert any(masks in text.value for text in app.markdown)


@pytest.mark.usefixtures("finished")
def test_nothing_of_a_finished_run_shows_before_the_guess(tables: dict[str, Any]) -> None:
    app = opened(PAGE, "en", model=FALLBACK)
    assert not app.exception
    assert list(tables) == ["compression.rows"]
    assert all(row["ms"] is None for row in tables["compression.rows"]["rows"])


def test_an_outlier_costs_its_group() -> None:
    app = shown("en")
    before = grid(app)
    app.select_slider(key="compression.hand.outlier").set_value(50).run()
    assert not app.exception
    assert grid(app) != before
    app.select_slider(key="compression.hand.outlier").set_value(0).run()
    assert grid(app) == before


@pytest.mark.parametrize("bits", [2, 8])
def test_bits_can_be_chosen(bits: int) -> None:
    app = shown("zh")
    before = grid(app)
    app.button_group(key="compression.hand.bits").set_value(bits).run()
    assert not app.exception
    assert grid(app) != before


def grid(app: AppTest) -> str:
    """The sentence with the scale of the first group."""
    return next(text.value for text in app.markdown if "bit" in text.value and "**" in text.value
                and "(" in text.value and "·" in text.value)  # fmt: skip


def test_damaged_weights_are_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from lesson_core.artefacts import matrices
    from lesson_core.errors import LabError

    def damaged(artefact_id: str) -> Path:
        raise LabError("weights_damaged", file="model.safetensors", folder=str(tmp_path))

    monkeypatch.setattr(matrices, "checked_folder", damaged)
    assert any("model" in box.value for box in shown("en").warning)


@pytest.mark.parametrize(("choice", "compiled"), [("plain", "none"), ("fused", "fused")])
def test_the_run_takes_the_step_that_was_chosen(
    choice: str, compiled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(runs, "start", lambda name, make_spec: asked.append(make_spec()))
    app = shown("zh")
    app.button_group(key="compression.step").set_value(choice).run()
    app.button(key="compression.run").click().run()
    assert not app.exception
    assert asked[-1].recipe.compile == compiled
