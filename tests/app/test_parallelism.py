"""The parallelism page: a finished run drawn whole, in both languages, from saved events."""

import pytest

from lesson_core.experiments import parallelism
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.events import Event
from lesson_core.theory.parallelism import bubble, equal_bubble
from pages.ui import runs
from tests.app.test_pages import opened

PATH = lesson("parallelism").path
PARTS = {"weights": 0.02, "overhead": 0.01, "talk": 0.03}


def _flow(split: str, micro: int) -> dict[str, object]:
    spans = [[i, 0.1 * i, 0.1 * i + 0.1] for i in range(micro)]
    later = [[i, a + 0.1, b + 0.1] for i, a, b in spans]
    return {"split": split, "micro_batches": micro, "stages": [spans, later], "spread": 0.0,
            "makespan_s": 0.1 * (micro + 1), "idle": 1 / (micro + 1), "alone_s": [0.1, 0.1],
            "equal": equal_bubble(2, micro), "general": bubble([0.1, 0.1], micro)}  # fmt: skip


RESULT = {
    "samples": {"single": [0.047, 0.048], "tensor": [0.08, 0.081], "pipeline": [0.05, 0.05],
                "flight": [0.027, 0.027]},
    "talk_s": 0.045,
    "predicted": dict.fromkeys(parallelism.WAYS, PARTS),
    "proof": {way: {"delta": 1e-6, "same": 12, "tokens": 12} for way in ("tensor", "pipeline")},
    "link": {"points": [{"size": size, "median_s": 3e-4, "low_s": 2e-4, "high_s": 4e-4}
                        for size in (256, 4096)],
             "latency_s": 3e-4, "bandwidth": 1e9, "error": 0.1},
    "sharing": {"talk_s": 7e-4, "hop_s": 9e-5},
    "flows": [_flow(split, m) for split in ("layers", "weights") for m in (1, 2, 4, 8)],
    "layers": 30, "ends": [19, 30], "message": 2304, "flow_tokens": 64,
    "steps": [{"measured_s": 0.08, "parts_s": PARTS}],
}  # fmt: skip


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "events", lambda found: [Event(stage="result", detail=RESULT)])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_shows_every_part(lang: str, finished: None) -> None:
    app = opened(PATH, lang)
    app.session_state["answers"] = True
    app.run()
    assert not app.exception
    headings = [heading.value for heading in app.header]
    for key in ("gap", "same_answer", "what_talking_costs", "who_waits", "on_real_links"):
        assert words.t(lang, f"lesson.{key}") in headings
    shown = " ".join(box.value for box in app.markdown)
    assert "0.59" in shown or "0.58" in shown  # 47.5 ms over 80.5 ms


def test_other_stages_and_models_can_be_looked_at(finished: None) -> None:
    app = opened(PATH, "en")
    app.session_state["answers"] = True
    app.run()
    app.button_group(key="parallelism.micro").set_value(8).run()
    app.button_group(key="parallelism.model").set_value("Llama-3.1-405B").run()
    assert not app.exception
    assert any(words.t("en", "parallelism.fits", cards=16)[:12] in c.value for c in app.caption)


def test_before_the_guess_no_curve_is_visible() -> None:
    app = opened(PATH, "en")
    headings = [heading.value for heading in app.header]
    assert words.t("en", "lesson.on_real_links") not in headings
    assert not [b for b in app.button if b.key == "parallelism.run"]
