"""The page on parameters: finished runs in the store, bad input, all that can be counted."""

from pathlib import Path

import pytest

from lesson_core.experiments import rung_samples, why_parameters
from lesson_core.learn import words
from lesson_core.schema.parameters import MeasureLadder, RungSamples, TrainRungs
from lesson_core.theory import ladder_record, scaling
from pages.ui import parameters_chart
from tests.app.stored import answered, keep
from tests.experiments import fake_ladder
from tests.experiments.fake_lab import FakeLab

ID = "why-parameters"
PROMPT = "A <b>boy</b> | *and*"


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path: Path) -> None:
    fake_ladder.install(monkeypatch, tmp_path)


def measured(tmp_path: Path) -> str:
    spec = MeasureLadder()
    return keep("measure_ladder", spec, why_parameters.run(spec, FakeLab(tmp_path)))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_finished_runs_fill_the_page(lang: str, tmp_path: Path) -> None:
    lab = FakeLab(tmp_path)
    spec = TrainRungs(seconds=1)
    lab.clock = iter(0.02 * i for i in range(1000)).__next__
    training = keep("train_rungs", spec, why_parameters.train(spec, lab))
    wish = RungSamples(prompt=PROMPT, new_tokens=3)
    samples = keep("rung_samples", wish, rung_samples.run(wish, FakeLab(tmp_path)))
    app = answered(ID, lang, job=measured(tmp_path), training=training, samples=samples)
    text = " ".join(part.value for part in app.markdown)
    assert not words.placeholders(text)
    assert "<b>" not in text.replace("\\<b", "")  # what was typed stays text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in ("train_a_minute", "each_rung_writes", "emergent", "what_to_train"):
        assert words.t(lang, f"lesson.{key}") in headers
    captions = [caption.value for caption in app.caption]
    assert words.t(lang, "parameters.samples_live") in captions


@pytest.mark.parametrize("count", ["alone", "whole"])
@pytest.mark.parametrize("text", ["all", "zh"])
def test_whatever_is_counted_is_drawn(text: str, count: str, tmp_path: Path) -> None:
    app = answered(ID, job=measured(tmp_path))
    app.button_group(key=f"{ID}.text").set_value(text).run()
    app.button_group(key=f"{ID}.count").set_value(count).run()
    app.slider(key=f"{ID}.k").set_value(1).run()
    assert not app.exception


def test_recorded_samples_are_there_before_any_run() -> None:
    app = answered(ID)
    sample = ladder_record.rungs()[-1].samples[0]
    text = " ".join(part.value for part in app.markdown).replace("\\", "")
    assert sample["greedy"].strip()[:20] in text
    app.button_group(key=f"{ID}.samples.heat").set_value(0.7).run()
    assert not app.exception


def test_an_empty_beginning_gets_a_sentence() -> None:
    app = answered(ID)
    app.button(key=f"{ID}.samples.run").click().run()
    assert not app.exception
    start = words.keys("en")["errors.prompt_empty"][:12]
    assert any(warning.value.startswith(start) for warning in app.warning)


@pytest.mark.parametrize(
    ("price", "code"), [("", "reply_not_a_number"), ("0", "planner_price"), ("cheap", "reply_not")]
)
def test_a_price_that_is_none_gets_a_sentence_and_the_form_stays(price: str, code: str) -> None:
    app = answered(ID)
    app.text_input(key=f"{ID}.budget.price").set_value(price).run()
    assert not app.exception
    known = [key for key in words.keys("en") if key.startswith(f"errors.{code}")]
    starts = [words.keys("en")[key].split("{")[0][:14] for key in known]
    said = [warning.value.replace("\\", "") for warning in app.warning]
    assert any(one.startswith(start) for one in said for start in starts)
    assert app.text_input(key=f"{ID}.budget.price")


def test_serving_more_makes_the_cheapest_model_smaller() -> None:
    def smallest(served: float) -> str:
        app = answered(ID)
        app.select_slider(key=f"{ID}.budget.served").set_value(served).run()
        table = next(
            m.value for m in app.markdown if words.t("en", "parameters.mark_life") in m.value
        )
        return table.splitlines()[-1].split("|")[2].strip()

    few, many = smallest(1e9), smallest(1e14)
    assert few.endswith("B") and many.endswith("B")
    assert float(many[:-2]) < 0.5 * float(few[:-2])


@pytest.mark.parametrize(
    ("last", "kind"), [(2.9, "flatter"), (2.7, "kept"), (2.5, "steeper"), (3.1, "flatter")]
)
def test_the_sentence_on_the_last_step_follows_the_numbers(monkeypatch, last, kind) -> None:
    monkeypatch.setattr(parameters_chart, "t", lambda key, **values: (key, values))
    through = scaling.fit([1, 10, 100], [3 / 0.9, 3.0, 2.7])  # a tenth less for each decade
    rows = [{"n": n, "embedding": 0, "held_out": {"all": {"nats_per_token": loss}}}
            for n, loss in ((10, 3.0), (100, last))]  # fmt: skip
    key, values = parameters_chart.last_step(rows, through)
    assert key == f"parameters.last_{kind}"
    assert values == {"promised": "10.0", "step": f"{100 * (1 - last / 3):.1f}"}
