"""The planner page: plans, refusals with a way on, and nothing asked of a worker."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from pages.ui.plain_text import literal

ROOT = Path(__file__).parents[2]


def planner(lang: str = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/ui/router.py"), default_timeout=60)
    app.query_params["lang"] = lang
    app.session_state["recipe.model"] = FALLBACK
    app.session_state["answers"] = True
    app.run()
    return app.switch_page(str(ROOT / lesson("planner").path)).run()


def said(app: AppTest) -> str:
    return " ".join(box.value for box in (*app.markdown, *app.caption))


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("batch", 10**9, "planner_batch"), ("batch", 0, "planner_batch"),
        ("cards", -2, "planner_cards"), ("prompt", 0, "planner_prompt"),
        ("answer", 10**12, "planner_answer"), ("prompt", 500_000, "planner_context"),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_sense_gets_a_sentence(lang, field, value, code) -> None:
    app = planner(lang)
    app.number_input(key=f"planner.form.{field}").set_value(value).run()
    assert not app.exception
    end = literal(words.keys(lang)[f"errors.{code}"].rsplit("}")[-1])
    assert any(end in warning.value for warning in app.warning)


@pytest.mark.parametrize(
    ("price", "code"),
    [("-3", "planner_price"), ("nan", "reply_not_a_number"), ("a lot", "reply_not_a_number")],
)
def test_a_price_that_is_none_gets_a_sentence(price: str, code: str) -> None:
    app = planner()
    app.text_input(key="planner.form.price").set_value(price).run()
    assert not app.exception
    end = literal(words.keys("en")[f"errors.{code}"].rsplit("}")[-1])
    assert any(end in warning.value for warning in app.warning)


@pytest.mark.parametrize("price", ["2.5", "$2.50", "", "１.５"])
def test_a_price_is_read_as_people_write_it(price: str) -> None:
    app = planner()
    app.text_input(key="planner.form.price").set_value(price).run()
    assert not app.exception
    assert not app.warning


def test_what_does_not_fit_says_what_would() -> None:
    app = planner()
    assert "It fits" in said(app)
    app.selectbox(key="planner.form.model").set_value("Llama-3.1-70B").run()
    assert "does not fit" in said(app)
    assert "at least 2 of these cards" in said(app)
    app.number_input(key="planner.form.cards").set_value(2).run()
    assert "It fits" in said(app)


def test_another_card_brings_the_software_that_people_run_on_it() -> None:
    app = planner()
    app.selectbox(key="planner.form.device").set_value("Apple M2 Ultra").run()
    assert not app.exception
    assert app.selectbox(key="planner.form.software").value == "llama.cpp Metal"


@pytest.mark.parametrize("device", ["A10G", "Xeon 8480+", "Apple M4", "V100 SXM2", "TPU v5e"])
def test_a_card_with_gaps_in_its_row_is_still_a_plan(device: str) -> None:
    app = planner("zh")
    app.selectbox(key="planner.form.device").set_value(device).run()
    assert not app.exception
    assert not app.warning
