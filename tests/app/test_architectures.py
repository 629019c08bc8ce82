"""The architectures page: a finished run drawn whole, and machines that are not here."""

import re

import pytest

from lesson_core.experiments import architectures
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.architectures import Architectures
from lesson_core.theory.model_table import architecture
from pages.ui import kv_kinds, runs
from tests.app.stored import answered
from tests.app.test_pages import opened
from tests.experiments.fake_lab import FakeLab

PATH = lesson("architectures").path


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    lab = FakeLab(tmp_path_factory.mktemp("lab"))
    return list(architectures.run(Architectures(layers=4), lab))


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch, events) -> None:
    monkeypatch.setattr(runs, "events", lambda found: events)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_shows_every_part(lang: str, finished: None) -> None:
    app = answered("architectures", lang)
    headings = [heading.value for heading in app.header]
    for key in ("routing_gap", "step_bytes", "kv_kinds", "apart", "two_machines"):
        assert words.t(lang, f"lesson.{key}") in headings
    shown = " ".join(box.value for box in app.markdown)
    assert "163" in shown  # even routing, 32 of DeepSeek-V3
    assert "| MLA | 160 | 160 |" in shown
    assert "{" not in shown.replace("{,}", "")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_another_models_run_is_not_held_against_the_guess(lang, monkeypatch, tmp_path) -> None:
    mixtral = Architectures(experts=8, per_token=2, layers=3)
    told = list(architectures.run(mixtral, FakeLab(tmp_path)))
    monkeypatch.setattr(runs, "events", lambda found: told)
    app = answered("architectures", lang)
    wanted = words.t(lang, "archs.other_shape", asked="DeepSeek-V3", model="Mixtral-8x7B")
    assert wanted in [caption.value for caption in app.caption]
    assert any("Mixtral-8x7B" in box.value and "bf16" in box.value for box in app.markdown)


def test_other_machines_prompts_and_links_can_be_chosen() -> None:
    app = answered("architectures", "en")

    def moved() -> str:
        return next(box.value for box in app.markdown if "The move" in box.value)

    before = moved()
    assert "1.07 GB" in before
    app.button_group(key="architectures.wire").set_value("ethernet").run()
    slower = moved()
    assert before != slower
    app.button_group(key="architectures.prompt").set_value(32_768).run()
    app.selectbox(key="architectures.place").set_value("deepseek").run()
    assert not app.exception
    assert "2.3 GB" in moved()


def test_apart_is_calm_for_writers_and_hard_on_the_reader() -> None:
    app = answered("architectures", "en")
    app.button_group(key="architectures.source").set_value("code").run()
    app.select_slider(key="architectures.load").set_value(100).run()
    assert not app.exception
    table = next(box.value for box in app.markdown if "goodput" in box.value and "|" in box.value)
    rows = [line for line in table.splitlines() if re.match(r"\| (whole|in chunks|apart)", line)]
    good = [float(row.split("|")[-2]) for row in rows]
    assert good[1] > good[2]  # prompts of thousands, answers of a dozen: one reader is too few


def test_before_the_guess_no_curve_is_visible() -> None:
    app = opened(PATH, "en")
    headings = [heading.value for heading in app.header]
    assert words.t("en", "lesson.kv_kinds") not in headings
    assert not [b for b in app.button if b.key == "architectures.run"]


def test_kinds_of_one_model() -> None:
    found = kv_kinds.kinds(architecture("DeepSeek-V3"))
    assert found["mla"] == 70_272
    assert found["mha"] == 3_997_696
    assert found["gqa"] == found["mha"] / 16
    llama = kv_kinds.kinds(architecture("Llama-3.1-8B"))
    assert [llama[kind] // 1024 for kind in ("mha", "gqa", "mqa")] == [512, 128, 16]
    assert kv_kinds.attention(architecture("Llama-2-7B")) == "mha"
