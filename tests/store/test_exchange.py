"""One file out, the same answers in; twice or in any order makes no difference."""

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer
from lesson_core.store import __main__ as command
from lesson_core.store import exchange
from lesson_core.store.database import Store, sqlite_url

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def answer(value: object, learner: str = "me") -> Answer:
    return Answer(
        uuid=str(uuid.uuid4()), learner=learner, page="kv-cache", kind="answer", key="k",
        value=value, created_at="2026-11-23T04:00:00+00:00", confidence=0.7,
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(said=st.lists(JSON, max_size=5))
def test_out_and_in_again(said: list[object], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("x")
    here, there = (Store.open(sqlite_url(folder / f"{n}.sqlite")) for n in "ab")
    for value in said:
        here.answers.append(answer(value))
    here.settings.set("interview", "2026-12-01", learner="me")
    file = exchange.export(here, "me").encode()
    assert file.isascii()
    found = exchange.read(file)
    assert exchange.merge(there, found, "me") == len(said)
    assert exchange.merge(there, found, "me") == 0
    assert there.answers.all(learner="me") == here.answers.all(learner="me")
    assert exchange.export(there, "me").encode() == file
    here.close()
    there.close()


def test_two_machines_put_together(tmp_path: Path) -> None:
    stores = [Store.open(sqlite_url(tmp_path / f"{n}.sqlite")) for n in "ab"]
    for n, store in enumerate(stores):
        store.answers.append(answer(n))
        store.settings.set("days", n, learner="me")
    files = [exchange.read(exchange.export(store, "me").encode()) for store in stores]
    exchange.merge(stores[0], files[1], "me")
    exchange.merge(stores[1], files[0], "me")
    both = [{one.uuid for one in store.answers.all(learner="me")} for store in stores]
    assert both[0] == both[1] and len(both[0]) == 2
    assert [store.settings.get("days", learner="me") for store in stores] == [0, 1]
    for store in stores:
        store.close()


def test_answers_become_those_of_the_learner_who_reads_them_in(tmp_path: Path) -> None:
    store = Store.open(sqlite_url(tmp_path / "a.sqlite"))
    file = json.dumps({
        "format": "llm-speed-lab", "version": 1,
        "answers": [exchange.to_plain(answer(1, learner="somebody"))] * 2,
    })  # fmt: skip
    assert exchange.merge(store, exchange.read(file.encode()), "me") == 1
    assert len(store.answers.all(learner="me")) == 1
    store.close()


GOOD = exchange.to_plain(answer(1))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "import_not_ours"),
        (b"\xff\xfe", "import_not_ours"),
        (b"[" * 100_000, "import_not_ours"),
        (b"[]", "import_not_ours"),
        (b'{"format": "anki"}', "import_not_ours"),
        (b'{"format": "llm-speed-lab", "version": 2, "answers": []}', "import_newer"),
        (b'{"format": "llm-speed-lab", "version": 1, "answers": 5}', "import_not_ours"),
        (b'{"format": "llm-speed-lab", "version": 1, "answers": [5]}', "import_answer"),
    ],
)
def test_a_file_that_is_not_ours(raw: bytes, code: str) -> None:
    with pytest.raises(LabError, match=code):
        exchange.read(raw)


@pytest.mark.parametrize(
    "change",
    [{"uuid": None}, {"kind": "secret"}, {"extra": 1}, {"page": ["x"]}, {"created_at": "now"}],
)
def test_the_number_of_the_answer_that_is_none(change: dict[str, object]) -> None:
    rows = [GOOD, GOOD | change]
    raw = json.dumps({"format": "llm-speed-lab", "version": 1, "answers": rows}).encode()
    with pytest.raises(LabError) as refused:
        exchange.read(raw)
    assert (refused.value.code, refused.value.values) == ("import_answer", {"number": 2})


def test_too_big_is_refused_before_it_is_read() -> None:
    with pytest.raises(LabError, match="import_too_big"):
        exchange.read(b" " * (exchange.LONGEST + 1))


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LAB_DATABASE_URL", raising=False)
    store = Store.open()
    store.answers.append(answer("x", learner="local"))
    store.close()
    file = tmp_path / "mine.json"
    assert command.main(["export", str(file)]) == 0
    (tmp_path / "home" / "lab.sqlite").rename(tmp_path / "gone")
    assert command.main(["import", str(file)]) == 0
    assert "1 new, 0 known" in capsys.readouterr().out
    assert command.main(["backups"]) == 0
    (name,) = (line.split()[0] for line in capsys.readouterr().out.splitlines())
    assert command.main(["restore", name]) == 0
    assert command.main(["restore", "nothing"]) == 1
    assert "nothing" in capsys.readouterr().err
