"""Our writer against the library's reader."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from lesson_core.artefacts import safetensors_file


def test_the_library_reads_what_we_write(tmp_path):
    tensors = {"a": np.ones((3, 5), np.float32), "b.c": np.arange(7, dtype=np.float32)}
    shapes = {name: values.shape for name, values in tensors.items()}
    sizes = list(safetensors_file.write(tmp_path / "x.safetensors", shapes, tensors.items()))
    found = load_file(tmp_path / "x.safetensors")
    assert found.keys() == tensors.keys()
    for name in tensors:
        np.testing.assert_array_equal(found[name], tensors[name])
    assert sizes[-1] == (tmp_path / "x.safetensors").stat().st_size


@pytest.mark.parametrize(
    "given",
    [
        [("a", np.ones((2, 2), np.float32)), ("z", np.ones(3, np.float32))],
        [("a", np.ones((2, 3), np.float32)), ("b", np.ones(3, np.float32))],
        [("a", np.ones((2, 2), np.float64)), ("b", np.ones(3, np.float32))],
        [("a", np.ones((2, 2), np.float32))],
    ],
)
def test_what_the_header_does_not_promise_is_refused(tmp_path, given):
    with pytest.raises(ValueError):
        list(safetensors_file.write(tmp_path / "x", {"a": (2, 2), "b": (3,)}, given))
