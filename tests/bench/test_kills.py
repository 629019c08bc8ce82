"""The sums of the kill benchmark. Its browser part: `python -m lesson_core.bench kills`."""

from lesson_core.bench.kills import Kill, _report


def kill(**changes: object) -> Kill:
    values = {"signal": "SIGKILL", "said": True, "alive": True, "sentence_s": 0.5}
    return Kill(**(values | {"next_job_s": 2.0, "next_token_s": 4.0} | changes))


def test_a_clean_run() -> None:
    report = _report([kill(next_job_s=float(n)) for n in range(1, 101)], sessions=1)
    assert report["kills"] == report["sentences_shown"] == report["jobs_after_kill_ok"] == 100
    assert report["sessions_lost"] == 0
    assert report["next_job_s"] == {"median": 50.5, "p95": 96.0, "max": 100.0}


def test_losses_are_counted() -> None:
    kills = [kill(alive=False), kill(said=False), kill(next_job_s=None, next_token_s=None)]
    report = _report(kills, sessions=1)
    assert (report["sessions_lost"], report["sentences_shown"]) == (1, 2)
    assert report["jobs_after_kill_ok"] == 2


def test_a_second_session_id_is_a_lost_session() -> None:
    assert _report([kill()], sessions=2)["sessions_lost"] == 1
    assert _report([], sessions=0)["sessions_lost"] == 0
