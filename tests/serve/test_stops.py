"""A stop string ends an answer wherever the tokens are cut, and nobody sees half of one."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.serve.stops import StopFilter, first_stop

LETTERS = st.text("ab你", max_size=24)
STOPS = st.lists(st.text("ab你", min_size=1, max_size=4), max_size=4)


def sent(pieces: list[str], stops: list[str]) -> tuple[str, bool]:
    kept = StopFilter(stops)
    text = "".join(kept.push(piece) for piece in pieces)
    return text + ("" if kept.stopped else kept.flush()), kept.stopped


def slow_twin(text: str, stops: list[str]) -> tuple[str, bool]:
    """Letter by letter: the first moment at which the text so far ends in a stop string."""
    for end in range(1, len(text) + 1):
        ends = [stop for stop in stops if text[:end].endswith(stop)]
        if ends:
            return text[: end - max(map(len, ends))], True
    return text, False


@given(st.lists(st.text("ab你", max_size=5), max_size=10), STOPS)
def test_it_does_not_matter_how_the_text_is_cut(pieces: list[str], stops: list[str]) -> None:
    assert sent(pieces, stops) == slow_twin("".join(pieces), stops)


@given(LETTERS, STOPS)
def test_what_was_sent_is_never_taken_back(text: str, stops: list[str]) -> None:
    kept, said = StopFilter(stops), ""
    whole, _ = slow_twin(text, stops)
    for letter in text:
        said += kept.push(letter)
        assert whole.startswith(said)


def per_piece(pieces: list[str], stops: list[str]) -> str:
    """Known wrong: looks into each piece by itself."""
    text = ""
    for piece in pieces:
        at = first_stop(piece, stops)
        if at is not None:
            return text + piece[:at]
        text += piece
    return text


def at_the_end(pieces: list[str], stops: list[str]) -> str:
    """Known wrong: sends at once and notices afterwards."""
    text = ""
    for piece in pieces:
        text += piece
        if first_stop(text, stops) is not None:
            break
    return text


@pytest.mark.parametrize("wrong", [per_piece, at_the_end])
def test_a_stop_string_across_pieces_tells_them_apart(
    wrong: Callable[[list[str], list[str]], str],
) -> None:
    pieces, stops = ["one \n", "\nU", "ser: two"], ["\n\nUser:"]
    assert sent(pieces, stops) == ("one ", True)
    assert wrong(pieces, stops) != "one "


def test_text_is_held_only_as_long_as_it_could_be_a_stop() -> None:
    kept = StopFilter(["END"])
    assert [kept.push(piece) for piece in ("a", "E", "N", "x", "E", "ND", "b")] == [
        "a", "", "", "ENx", "", "", "",
    ]  # fmt: skip
