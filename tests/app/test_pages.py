"""Every page renders in both languages, on the default and on the bundled model, without a run."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.learn import words
from lesson_core.learn.catalogue import LESSONS, lesson
from pages.ui.plain_text import literal

ROOT = Path(__file__).parents[2]
PAGES = [entry.path for entry in LESSONS] + ["pages/lab/runs.py", "pages/start/settings.py"]


def opened(path: str, lang: str, *, model: str = DEFAULT, **params: str) -> AppTest:
    if not home.is_ready(model):
        pytest.skip(f"{model} is not on this machine; `make models` fetches it")
    app = AppTest.from_file(str(ROOT / "pages/ui/router.py"), default_timeout=60)
    app.query_params["lang"] = lang
    for name, value in params.items():
        app.query_params[name] = value
    app.session_state["recipe.model"] = model
    app.run()
    if path != lesson("home").path:
        app.switch_page(str(ROOT / path)).run()
    return app


@pytest.mark.parametrize("model", [DEFAULT, FALLBACK])
@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_renders_with_a_title_in_its_language(path: str, lang: str, model: str) -> None:
    app = opened(path, lang, model=model)
    assert not app.exception
    title = app.title[0].value
    assert title
    assert any("一" <= letter <= "鿿" for letter in title) == (lang == "zh")


@pytest.mark.parametrize("entry", LESSONS, ids=lambda entry: entry.id)
def test_nothing_is_given_away_before_the_guess(entry) -> None:
    app = opened(entry.path, "en")
    headers = [header.value for header in app.header]
    assert words.t("en", "lesson.what_to_say") not in headers
    assert words.t("en", "lesson.explanation") not in headers


@pytest.mark.parametrize("entry", LESSONS, ids=lambda entry: entry.id)
def test_a_locked_guess_opens_the_rest_and_is_kept(entry) -> None:
    app = opened(entry.path, "en")
    app.text_input(key=f"{entry.id}.reply").set_value("12.5")
    app.button(key=f"{entry.id}.lock").click().run()
    assert not app.exception
    assert words.t("en", "lesson.what_to_say") in [header.value for header in app.header]
    assert any("12.5" in text.value for text in app.markdown)


@pytest.mark.parametrize("reply", ["", "fast", "-3", "0"])
def test_a_guess_that_is_no_number_gets_a_sentence(reply: str) -> None:
    app = opened(lesson("home").path, "zh")
    app.text_input(key="home.reply").set_value(reply)
    app.button(key="home.lock").click().run()
    assert not app.exception
    assert app.warning
    assert words.t("zh", "lesson.what_to_say") not in [header.value for header in app.header]


def test_switching_the_language_keeps_the_guess() -> None:
    app = opened(lesson("home").path, "en")
    app.text_input(key="home.reply").set_value("4")
    app.button(key="home.lock").click().run()
    app.button_group(key="lang").set_value("zh").run()
    assert not app.exception
    assert app.title[0].value == words.t("zh", "lessons.home.title")
    assert any("**4" in text.value for text in app.markdown)


@pytest.mark.parametrize("entry", LESSONS, ids=lambda entry: entry.id)
def test_answers_first_shows_everything_without_a_run(entry) -> None:
    app = opened(entry.path, "zh")
    app.session_state["answers"] = True
    app.run()
    assert not app.exception
    assert words.t("zh", "lesson.what_to_say") in [header.value for header in app.header]


@pytest.mark.parametrize("job", ["nonsense", "../../etc/passwd", "0" * 5000, "<script>"])
def test_a_link_to_a_job_that_nobody_knows_is_an_ordinary_page(job: str) -> None:
    app = opened(lesson("home").path, "en", job=job)
    assert not app.exception


def test_a_switch_that_is_not_drawn_yet_changes_nothing() -> None:
    app = opened(lesson("home").path, "zh")
    app.button_group(key="lang").set_value(None).run()
    assert not app.exception
    assert app.title[0].value == words.t("zh", "lessons.home.title")
    assert app.button_group(key="lang").value == "zh"


def test_the_language_of_the_session_outlives_a_page_switch() -> None:
    app = opened(lesson("home").path, "en")
    app.button_group(key="lang").set_value("zh").run()
    other = opened(lesson("home").path, "en")  # the saved choice is Chinese by now
    other.switch_page(str(ROOT / lesson("machine").path)).run()
    assert other.title[0].value == words.t("en", "lessons.machine.title")


@pytest.mark.parametrize(
    ("prompt", "code"), [("   ", "prompt_empty"), ("long " * 40_000, "prompt_too_many_chars")]
)
@pytest.mark.parametrize("lesson_id", ["home", "inference-pipeline", "what-is-an-llm"])
def test_a_refused_prompt_gets_a_sentence(lesson_id: str, prompt: str, code: str) -> None:
    app = opened(lesson(lesson_id).path, "zh")
    app.text_input(key=f"{lesson_id}.prompt").set_value(prompt)
    app.button(key=f"{lesson_id}.run").click().run()
    assert not app.exception
    start = words.t("zh", f"errors.{code}", chars="@", limit="@").split("@")[0]
    assert any(
        start.replace(" ", "") in box.value.replace("\\", "").replace(" ", "")
        for box in app.warning
    )


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("config", "code"),
    [("not json", "config_not_json"), ("{}", "config_key_missing"),
     ('{"num_hidden_layers": -1}', "config_value_bad"), ("x" * 100_001, "config_too_long")],
)  # fmt: skip
def test_the_kv_calculator_says_what_is_wrong_with_a_config(lang, config, code) -> None:
    app = opened(lesson("kv-cache").path, lang)
    app.session_state["answers"] = True
    app.run()
    app.text_area(key="kv-cache.config").set_value(config).run()
    assert not app.exception
    end = literal(words.keys(lang)[f"errors.{code}"].rsplit("}")[-1])
    assert any(end in warning.value for warning in app.warning)


def test_the_kv_calculator_reads_a_config() -> None:
    app = opened(lesson("kv-cache").path, "en")
    app.session_state["answers"] = True
    app.run()
    assert any("131,072 bytes a token" in text.value for text in app.markdown)
    latent = {"num_hidden_layers": 61, "num_attention_heads": 128, "kv_lora_rank": 512,
              "qk_rope_head_dim": 64}  # fmt: skip
    app.text_area(key="kv-cache.config").set_value(json.dumps(latent)).run()
    assert any("70,272 bytes a token" in text.value for text in app.markdown)
