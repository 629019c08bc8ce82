"""Published points: predicted without having been seen, or listed with the reason."""

import csv
import json
import math
from pathlib import Path

import pytest

from lesson_core.bench import predict
from lesson_core.bench import published_fit as fit
from lesson_core.theory import efficiency
from lesson_core.theory.model_table import rows
from lesson_core.theory.published_rows import Case, read

TABLE = rows("published_decode.csv")
KNOWN = [case for row in TABLE if isinstance(case := read(row), Case)]
HEADER = list(TABLE[0])
GOOD = {
    "id": "x", "model": "Llama-2-7B", "hardware": "RTX 4090", "n_gpus": "1", "batch": "1",
    "weights_dtype": "f16", "kv_dtype": "f16", "prompt_len": "0", "gen_len": "128",
    "metric": "decode_speed", "value": "60", "unit": "tok/s", "software": "llama.cpp", "source": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def scored() -> list[predict.Scored]:
    return predict.score(KNOWN)


def test_the_bars_hold_on_points_that_calibration_has_not_seen(
    scored: list[predict.Scored],
) -> None:
    steps = [one for one in scored if one.case.single_step]
    assert len(steps) > 450
    assert all(one.held_out for one in steps)
    found = predict.summary(steps, 0)
    assert found["median_ape"] <= 0.20
    assert found["spearman"] >= 0.97
    assert found["band_coverage"] >= 0.80


def test_a_held_out_group_does_not_reach_its_own_prediction() -> None:
    case = next(case for case in KNOWN if case.deployment.software.name == "compiled")
    forged = [
        Case(**{**vars(one), "seconds": 1.5 * one.seconds}) if one.group == case.group else one
        for one in KNOWN
    ]
    without = [[one for one in cases if one.group != case.group] for cases in (KNOWN, forged)]
    true, changed = map(fit.learn, without)
    assert changed == true
    assert fit.learn(forged) != fit.learn(KNOWN)  # seen, it would matter


def test_folds_keep_groups_whole_and_learn_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[set[tuple[str, str]]] = []
    monkeypatch.setattr(
        fit, "learn", lambda cases: taught.append({one.group for one in cases}) or {}
    )
    fit.held_out(KNOWN)
    where = fit.folds(KNOWN)
    assert sorted(set(where.values())) == list(range(fit.FOLDS))
    for fold, groups in enumerate(taught):
        assert not any(where[group] == fold for group in groups)
        assert len(groups) == sum(place != fold for place in where.values())


def test_the_committed_table_is_what_fitting_gives() -> None:
    learned = fit.learn(KNOWN)
    for key, value in efficiency.factors().items():
        assert learned[key] == pytest.approx(value, rel=0.01), key
    for key, value in learned.items():
        if key not in efficiency.factors():
            assert value == pytest.approx(1, abs=0.01), key


def test_faulty_points_are_scored_but_not_learned_from() -> None:
    bad = [case for case in KNOWN if case.bad]
    assert len(bad) > 20
    assert fit.learn(KNOWN) == fit.learn([case for case in KNOWN if not case.bad])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": "fast"}, "value"), ({"value": "-3"}, "value"), ({"value": "nan"}, "value"),
        ({"value": "inf"}, "value"), ({"value": "0"}, "value"), ({"n_gpus": "many"}, "value"),
        ({"n_gpus": "1.5"}, "value"), ({"batch": "max load"}, "load"),
        ({"model": "GPT-9"}, "model"),
        ({"hardware": "Abacus"}, "hardware"), ({"weights_dtype": "9 crayons"}, "format"),
        ({"metric": "happiness", "unit": "ms"}, "metric"), ({"software": "EAGLE-2"}, "software"),
        ({"metric": "prefill_speed"}, "length"),
        ({"metric": "output_throughput", "gen_len": ""}, "length"),
        ({"metric": "prefill_speed", "prompt_len": "9", "hardware": "RTX 4070"}, "peak"),
    ],
)  # fmt: skip
def test_what_cannot_be_modelled_has_a_reason(change: dict[str, str], reason: str) -> None:
    assert read({**GOOD, **change}) == reason
    assert reason in predict.REASONS


def test_units_and_batches_mean_the_same_step() -> None:
    step = read(GOOD)
    assert isinstance(step, Case)
    assert step.seconds == pytest.approx(1 / 60)
    for change in (
        {"metric": "time_per_token", "value": str(1000 / 60), "unit": "ms"},
        {"metric": "tpot", "value": str(1 / 60), "unit": "s"},
        {"metric": "decode_throughput_aggregate", "value": "60"},
        {"metric": "decode_speed", "unit": ""},
    ):
        other = read({**GOOD, **change})
        assert isinstance(other, Case)
        assert (other.measure, other.seconds) == ("step", pytest.approx(1 / 60))
    eight = read({**GOOD, "metric": "decode_throughput_aggregate", "batch": "8", "value": "480"})
    assert isinstance(eight, Case)
    assert eight.seconds == pytest.approx(1 / 60)
    whole = read({**GOOD, "metric": "total_tokens_rate_prompt_plus_gen", "prompt_len": "32"})
    assert isinstance(whole, Case)
    assert whole.seconds == pytest.approx((32 + 128) / 60)


def test_a_file_of_odd_rows_is_scored_and_nothing_is_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [
        GOOD, {**GOOD, "id": "u", "model": "GPT-9"}, {**GOOD, "id": "", "value": ""},
        {**GOOD, "id": "new", "hardware": "Apple M3 Max", "software": "never heard of it"},
        {**GOOD, "id": "long", "prompt_len": "9" * 40}, {**GOOD, "id": "é\x00", "batch": "10**9"},
    ]  # fmt: skip
    file = tmp_path / "rows.csv"
    with file.open("w", encoding="latin-1", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(odd)
    code, lines = _run(["--csv", str(file)], capsys, monkeypatch)
    assert code == 0
    report = json.loads(lines[-1])
    assert report["published"]["n"] == 3
    assert report["published"]["skipped"] == 3
    assert report["decode"]["n"] == 3
    assert report["reasons"] == {"model": 1, "value": 1, "load": 1}
    assert "    u" in lines
    assert "    line 4" in lines


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "model,hardware,metric\n"])
def test_a_file_without_the_columns_is_a_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    code, lines = _run(["--csv", str(file)], capsys, monkeypatch)
    assert (code, len(lines)) == (2, 1)
    assert "missing" in lines[0]


def test_a_file_with_no_rows_scores_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(",".join(HEADER) + "\n", encoding="utf-8")
    code, lines = _run(["--csv", str(file)], capsys, monkeypatch)
    assert code == 0
    assert json.loads(lines[-1])["published"] == {"n": 0, "skipped": 0}


def test_without_a_file_this_machine_comes_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"n": 153, "median_ape": 0.06, "p90_ape": 0.14, "noisy": [{}], "by_precision": {},
             "cases": []}  # fmt: skip
    monkeypatch.setattr("lesson_core.bench.predict_local.run", lambda: found)
    code, lines = _run([], capsys, monkeypatch)
    assert code == 0
    report = json.loads(lines[-1])
    assert report["local"]["median_ape"] == 0.06
    assert report["local"]["noisy"] == 1
    assert report["published"]["n"] == report["decode"]["n"] > 450
    _, lines = _run(["--published"], capsys, monkeypatch)
    assert json.loads(lines[-1])["local"] is None


def test_ranks_of_equal_values_are_shared() -> None:
    assert fit.spearman([1, 2, 2, 4], [1, 2, 2, 4]) == pytest.approx(1)
    assert fit.spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)


def test_a_band_of_few_points_is_the_widest_of_them() -> None:
    bands = fit.widths(["few"] * 3 + ["many"] * 40, [0.9, 0.1, 0.1] + [0.2] * 40)
    assert "few" not in bands
    assert bands["many"] == pytest.approx(math.exp(0.2))
    assert efficiency.band("few", bands) == bands[efficiency.EVERYTHING]


def _run(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[str]]:
    monkeypatch.setattr("sys.argv", ["predict", *arguments])
    code = predict.main()
    return code, capsys.readouterr().out.splitlines()
