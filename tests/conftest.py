"""What every test stands on: a data folder of its own, and markers that say why they skip."""

import contextlib
import os

# torch's compiler driver imports setuptools, which brings its own distutils and insists on being
# there before Python's: among two thousand tests somebody else is first.
with contextlib.suppress(ImportError):
    import setuptools  # noqa: F401

import pytest

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, ENCODER
from lesson_core.bench.browser import temporary_home

_cleanup = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """No test touches the learner's own data; the models of the registry that tests use are
    linked in where they are here.

    A missing word breaks a page under test instead of showing its key.
    """
    folder = _cleanup.enter_context(temporary_home(with_default=True))
    os.environ["LAB_HOME"] = str(folder)
    os.environ["LAB_STRICT_WORDS"] = "1"


def pytest_unconfigure(config: pytest.Config) -> None:
    _cleanup.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser last: Playwright keeps an event loop in this thread, where no other can run."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("model") and not home.is_ready(DEFAULT):
        pytest.skip(f"{DEFAULT} is not on this machine; `make model` fetches it")
    if item.get_closest_marker("encoder") and not home.is_ready(ENCODER):
        fetch = f"python -m lesson_core.artefacts fetch {ENCODER}"
        pytest.skip(f"{ENCODER} is not on this machine; `{fetch}` brings it")
    if item.get_closest_marker("gpu") and not _has_cuda():
        pytest.skip("no CUDA device")


def _has_cuda() -> bool:
    import torch  # only where a test asks for it: it takes two seconds

    return torch.cuda.is_available()
