"""Threads for a while: as asked inside, as before outside, even after an error."""

import pytest
import torch

from lesson_core.model.threads import using_threads


def test_so_many_inside_and_as_before_outside() -> None:
    before = torch.get_num_threads()
    with using_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_an_error_inside_changes_nothing_outside() -> None:
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), using_threads(before + 1):
        _ = 1 / 0
    assert torch.get_num_threads() == before
