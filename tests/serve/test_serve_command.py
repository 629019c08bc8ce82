"""`python -m lesson_core.serve.http` says in a sentence what keeps it from serving."""

import socket

import pytest

from lesson_core.serve.http import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--host", "0.0.0.0"], "--api-key-env"), (["--api-key-env", "LAB_NO_SUCH"], "LAB_NO_SUCH"),
     (["--model", "no-such-model"], "no-such-model")],
)  # fmt: skip
def test_the_command_says_what_is_missing(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--model", "bilingual-4m", "--port", port]) == 1
    assert "cannot be listened on" in capsys.readouterr().err
