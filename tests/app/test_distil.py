"""The student and its teacher on the compression page: recorded, live, and refused."""

from pathlib import Path
from typing import Any

import pytest

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.learn import words
from lesson_core.schema.distil import Distil
from lesson_core.schema.events import Event
from lesson_core.schema.recipe import Recipe
from pages.ui import distil_live, distil_recorded, runs, scheme_rows, xy_chart
from tests.app.stored import answered, keep

ID = "compression"
LOSS = {"plain": 4.6, "soft": 4.5, "written": 4.7}


def told(soft: float = 4.5) -> list[Event]:
    """What a worker tells of a short run."""
    plan = {
        "teacher": FALLBACK, "student": "ladder-220k", "temperature": 2.0, "weight": 5 / 7,
        "teacher_loss": 2.6, "teacher_params": 3_800_000, "student_params": 630_000,
    }  # fmt: skip
    loss = LOSS | {"soft": soft}
    looks = [{"step": step, "seconds": step / 5, "loss": loss} for step in (1, 40, 80)]
    arms = {arm: {"loss": value, "kl": 2.5, "same": 0.3} for arm, value in loss.items()}
    return [
        Event(stage="data", detail={"what": "start", **plan}),
        *(Event(stage="data", detail={"what": "step", **look}) for look in looks),
        Event(stage="result", detail={**plan, "steps": 80, "seconds": 40.0, "curve": looks,
                                      "arms": arms, "environment": {}}),
    ]  # fmt: skip


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What the page hands to its tables and charts, by key."""
    found: dict[str, dict[str, Any]] = {}

    def mount(name: str, *, key: str, data: dict[str, Any]) -> None:
        found[key] = data

    for module in (scheme_rows, xy_chart):
        monkeypatch.setattr(module, "mount", mount)
    return found


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(("soft", "says"), [(4.5, "better"), (4.8, "no_better")])
def test_a_finished_run_says_whether_the_teacher_helped(
    lang: str, soft: float, says: str, drawn: dict[str, dict[str, Any]]
) -> None:
    spec = Distil(recipe=Recipe(model=FALLBACK))
    app = answered(ID, lang, students=keep("distil", spec, told(soft)))
    begins = words.t(
        lang, f"distil.{says}", steps=80, plain="4.60", soft=f"{soft:.2f}", written="4.70",
        teacher="2.60", better=f"{abs(4.6 - soft):.2f}",
    )  # fmt: skip
    assert any(text.value == begins for text in app.markdown)
    series = drawn["compression.distil.chart"]["series"]
    lines = {one["label"]: one["points"] for one in series}
    assert len(lines) == 4
    assert lines[words.t(lang, "distil.short.soft")][-1] == (80, soft)


def judged(loss: float) -> dict[str, Any]:
    return {"loss": loss, "kl": 2.0, "same": 0.3, "curve": [[400, loss]]}


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A record to change: three seeds of one student, one seed of two more."""
    main = [
        {"student": distil_recorded.MAIN, "seed": seed, "params": 633_504, "cpu_s": 70.0,
         "arms": {arm: judged(loss + seed / 100) for arm, loss in LOSS.items()}}
        for seed in (1, 2, 3)
    ]  # fmt: skip
    both = {"plain": judged(4.8), "soft": judged(4.7)}
    others = [{"student": name, "seed": 1, "params": 400_000, "cpu_s": 50.0, "arms": both}
              for name in ("ladder-100k", "ladder-500k")]  # fmt: skip
    places = ("ladder-100k", "ladder-220k", "ladder-500k", FALLBACK)
    times = {name: {"median": 1e-4 * place, "n": 31} for place, name in enumerate(places, 1)}
    found = {
        "teacher": FALLBACK, "teacher_loss": 2.6, "steps": 400, "runs": [*main, *others],
        "tokens": {"train": 48_000, "held": 8_000},
        "latency": {"none": times, "fused": times},
        "environment": {"cpu": "A processor", "started_at": "2026-11-23T17:00:00+00:00"},
    }  # fmt: skip
    monkeypatch.setattr(distil_recorded, "recorded", lambda name: found)
    return found


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_record_is_shown_seed_by_seed(
    lang: str, other: dict[str, Any], drawn: dict[str, dict[str, Any]]
) -> None:
    answered(ID, lang)
    table = drawn["compression.distil.rows"]
    assert [row["values"][:3] for row in table["rows"][:2]] == [
        ["4.610", "4.620", "4.630"], ["4.510", "4.520", "4.530"],
    ]  # fmt: skip
    assert all(len(row["values"]) == len(table["columns"]) for row in table["rows"])
    assert table["badges"][0]["kind"] == "recorded"
    chart = drawn["compression.distil.frontier"]
    points = [point for series in chart["series"] for point in series["points"]]
    assert len(points) == 7 and points[0] == (pytest.approx(0.1), 4.8)


@pytest.mark.parametrize(
    ("gains", "kind"),
    [((0.1, 0.2, 0.3), "always"), ((0.1, -0.2, 0.3), "mixed"), ((-0.1, -0.2, -0.3), "never")],
)
def test_the_sentence_follows_the_seeds(
    gains: tuple[float, ...], kind: str, other: dict[str, Any], drawn: dict[str, dict[str, Any]]
) -> None:
    runs_of_main = [run for run in other["runs"] if run["student"] == distil_recorded.MAIN]
    for run, gain in zip(runs_of_main, gains, strict=True):
        run["arms"]["soft"]["loss"] = run["arms"]["plain"]["loss"] - gain
    low = "-0.200" if kind == "mixed" else "0.100"
    said = words.t("en", f"distil.soft_{kind}", low=low, high="0.300")
    assert any(said in text.value for text in answered(ID).markdown)


def test_settings_become_a_spec(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = answered(ID)
    asked: list[Distil] = []
    monkeypatch.setattr(runs, "start", lambda name, make: asked.append(make()))
    app.button_group(key="compression.distil.temperature").set_value(4.0)
    app.button_group(key="compression.distil.weight").set_value("1")
    app.selectbox(key="compression.distil.student").set_value("ladder-100k")
    app.button(key="compression.distil.run").click().run()
    assert not app.exception
    [spec] = asked
    assert (spec.student, spec.temperature, spec.weight) == ("ladder-100k", 4.0, 1.0)
    assert spec.seconds == distil_live.SECONDS and spec.recipe.model == FALLBACK
