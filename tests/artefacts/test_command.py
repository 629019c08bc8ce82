"""The command line: what it prints, and that a problem is a sentence, not a traceback."""

import pytest

from lesson_core.artefacts import report
from lesson_core.artefacts.__main__ import main
from lesson_core.artefacts.registry import DEFAULT
from tests.artefacts.conftest import entry, source


def test_fetch_and_delete(write_registry, web, capsys):
    write_registry(entry(sources=(source(),)))
    web.hold_repository()
    assert main(["fetch", "tiny"]) == 0
    assert "tiny is ready in" in capsys.readouterr().out
    assert main(["delete", "tiny"]) == 0
    assert "1 MB freed" in capsys.readouterr().out


def test_list_and_doctor_say_what_is_missing_and_how_to_get_it(capsys):
    assert main(["list"]) == 0
    assert DEFAULT in capsys.readouterr().out
    assert main(["doctor"]) == 0
    assert f"python -m lesson_core.artefacts fetch {DEFAULT}" in capsys.readouterr().out


@pytest.mark.parametrize(("spoken", "word"), [("en_GB", "knows no model"), ("zh_CN", "没有名叫")])
def test_a_problem_is_a_sentence_in_the_language_of_the_terminal(capsys, monkeypatch, spoken, word):
    monkeypatch.setattr(report.locale, "getlocale", lambda: (spoken, "UTF-8"))
    assert main(["fetch", "nothing"]) == 1
    assert word in capsys.readouterr().err


def test_ctrl_c_is_a_sentence_too(capsys, monkeypatch):
    def interrupted(artefact_id: str):
        raise KeyboardInterrupt

    monkeypatch.setattr("lesson_core.artefacts.__main__.fetch", interrupted)
    monkeypatch.setattr(report.locale, "getlocale", lambda: ("en_GB", "UTF-8"))
    assert main(["fetch"]) == 130
    assert "goes on from there" in capsys.readouterr().err


def test_delete_wants_an_id(capsys):
    with pytest.raises(SystemExit):
        main(["delete"])
    assert "needs the id" in capsys.readouterr().err


def test_doctor_hides_the_password_of_an_index(monkeypatch, capsys):
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:secret@a.example/simple")
    assert main(["doctor"]) == 0
    assert "secret" not in capsys.readouterr().out
