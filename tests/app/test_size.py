"""The size page with sweeps in the store: a finished one, an interrupted one, a noisy one."""

import csv
import io
import itertools

import pytest

from lesson_core.experiments import size_sweep
from lesson_core.learn import words
from lesson_core.schema.size_sweep import SizePoint, SizeSweep
from lesson_core.store.database import Store
from lesson_core.theory import size_curve
from pages.ui import size_saved
from tests.app.stored import answered, keep
from tests.experiments.fake_lab import FakeLab, card

LAYER_S, BANDWIDTH = 4e-5, 25e9


def _kept(state: str, spread: float, sizes: int, monkeypatch: pytest.MonkeyPatch, tmp_path) -> str:
    """A sweep as a worker would have told it, on a machine that follows the two prices."""

    def measured(spec, case, here, lab):
        seconds = LAYER_S * case.config.n_layers + size_curve.working_set(case) / BANDWIDTH
        samples = tuple(seconds * (1 + spread * turn) for turn in range(7))
        return SizePoint(size=case.size, samples_s=samples, machine_id=here.machine_id,
                         threads=here.threads), False  # fmt: skip

    monkeypatch.setattr(size_sweep, "_measured", measured)
    spec = SizeSweep(threads=1, card=card())
    looks = None if state == "done" else 1 + sizes
    return keep(
        "size_sweep", spec, size_sweep.run(spec, FakeLab(tmp_path, stop_after=looks)), state
    )


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_sweep_fills_the_explanation(lang, monkeypatch, tmp_path) -> None:
    app = answered("size", lang, job=_kept("done", 0.0, 8, monkeypatch, tmp_path))
    text = " ".join(part.value for part in app.markdown)
    assert "40 µs" in text
    assert "25 GB/s" in text
    assert "{" not in text
    assert words.t(lang, "lesson.size_saved") in [header.value for header in app.header]


def test_an_interrupted_sweep_offers_to_go_on(monkeypatch, tmp_path) -> None:
    job = _kept("cancelled", 0.0, 3, monkeypatch, tmp_path)
    Store.open().settings.set("size_sweep.fp32.1", job)
    app = answered("size", job=job)
    assert app.button(key="size.run").label == words.t("en", "size.resume", n=3)
    app.button_group(key="size.precision").set_value("int8").run()  # that one was never begun
    assert app.button(key="size.run").label == words.t("en", "size.run")
    Store.open().settings.remove("size_sweep.fp32.1")


def test_the_table_has_a_row_per_size(monkeypatch, tmp_path) -> None:
    job = _kept("done", 0.01, 8, monkeypatch, tmp_path)
    result = Store.open().jobs.result(job)
    assert result is not None
    rows = list(csv.DictReader(io.StringIO(size_saved._csv({"a run": result}))))
    assert [row["size"] for row in rows] == [p["size"] for p in result["points"]]
    assert len(rows) == 8
    medians = [float(row["median_s"]) for row in rows]
    assert all(small < large for small, large in itertools.pairwise(medians))
    assert all(float(row["predicted_s"]) > 0 and row["noisy"] == "False" for row in rows)


def test_a_restless_machine_is_named_as_such(monkeypatch, tmp_path) -> None:
    job = _kept("done", 0.2, 8, monkeypatch, tmp_path)
    result = Store.open().jobs.result(job)
    assert result is not None
    assert all(point["noisy"] for point in result["points"])
