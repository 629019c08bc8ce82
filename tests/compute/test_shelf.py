import pytest

from lesson_core.compute.shelf import Shelf
from lesson_core.errors import LabError


def put(shelf: Shelf, key: str, size: int) -> str:
    value: str = shelf.put(key, size, lambda: (key.upper(), size))
    return value


def test_least_recently_used_goes_first() -> None:
    shelf = Shelf(limit_bytes=10)
    put(shelf, "a", 4)
    put(shelf, "b", 4)
    assert shelf.get("a") == "A"
    put(shelf, "c", 4)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == ("A", None, "C")
    assert shelf.held_bytes == 8


def test_room_is_made_before_loading() -> None:
    shelf = Shelf(limit_bytes=10)
    put(shelf, "a", 8)
    held = []
    shelf.put("b", 5, lambda: (held.append(shelf.held_bytes), 5))
    assert held == [0]


def test_a_model_that_turns_out_larger_pushes_out_the_others() -> None:
    shelf = Shelf(limit_bytes=10)
    put(shelf, "a", 4)
    shelf.put("b", 5, lambda: ("B", 10))
    assert (shelf.get("a"), shelf.get("b")) == (None, "B")


def test_a_model_that_cannot_fit_is_refused_and_the_others_stay() -> None:
    shelf = Shelf(limit_bytes=10)
    put(shelf, "a", 4)
    with pytest.raises(LabError, match="model_too_large"):
        put(shelf, "b", 11)
    assert shelf.get("a") == "A"
