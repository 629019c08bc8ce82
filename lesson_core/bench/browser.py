"""A real server and a real browser, for the benchmark of the pages, their pictures and their tests.

The server is the product's own command on a free port of this machine with a data folder of its
own; the browser is whatever Chromium is installed.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Playwright

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, ENCODER, WORD_VECTORS

REPOSITORY = Path(__file__).resolve().parents[2]
NO_CHROMIUM = "Chromium is missing: `apt install chromium`, or name one with LAB_CHROMIUM."
SETTLED = (
    "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
    "[data-test-script-state='notRunning']"
)
"""Connected, and the script has run to its end."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGS = (
    "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_QUIETLY = (
    "--server.headless", "true", "--server.address", "127.0.0.1",
    "--browser.gatherUsageStats", "false",
)  # fmt: skip
_URL = re.compile(r"URL: (http://\S+)")


@dataclass(frozen=True)
class Server:
    """A running app: its address without a slash at the end, its process, what it printed."""

    url: str
    pid: int
    log: Path


@contextlib.contextmanager
def serve(
    script: Path, data: Path, env: Mapping[str, str] | None = None, cwd: Path = REPOSITORY
) -> Iterator[Server]:
    """Run `script` under Streamlit with LAB_HOME=`data`, until the block ends.

    Started in `cwd`, whose `.streamlit/config.toml` holds: ours, unless told otherwise.

    Streamlit itself takes the next free port when none is asked for, and prints it. Raises
    RuntimeError with the log if it does not come up within 60 s.
    """
    data.mkdir(parents=True, exist_ok=True)
    log = data / "server.log"
    command = [sys.executable, "-u", "-m", "streamlit", "run", str(script)]
    surroundings = {k: v for k, v in os.environ.items() if k != "STREAMLIT_SERVER_PORT"}
    surroundings |= {"LAB_HOME": str(data), **(env or {})}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *_QUIETLY],
            cwd=cwd, env=surroundings, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield Server(_address(process, log), process.pid, log)
    finally:
        _end(process)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    for _ in range(600):
        text = log.read_text(encoding="utf-8", errors="replace")
        if found := _URL.search(text):
            return found.group(1).rstrip("/")
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask, then kill, the server and the workers it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        process.terminate()
        _, alive = psutil.wait_procs(family, timeout=5)
        for straggler in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                straggler.kill()
    process.wait()


@contextlib.contextmanager
def temporary_home(*, with_default: bool) -> Iterator[Path]:
    """A data folder for one run; the models and vectors that tests use are linked in if
    asked for and on this machine.

    The links stand file by file in a real folder, so deleting the model there deletes only them.
    """
    wanted = (DEFAULT, ENCODER, WORD_VECTORS) if with_default else ()
    sources = [home.folder_of(name) for name in wanted if home.is_ready(name)]
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        for source in sources:
            target = Path(folder) / source.relative_to(home.lab_home())
            target.mkdir(parents=True)
            for file in source.iterdir():
                (target / file.name).symlink_to(file.resolve())
        yield Path(folder)


def chromium() -> str | None:
    """The Chromium to drive: LAB_CHROMIUM, else the first one on the PATH, else None."""
    named = os.environ.get("LAB_CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start it without a window; as root it cannot have its own sandbox."""
    path = chromium()
    if path is None:
        raise RuntimeError(NO_CHROMIUM)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*_ARGS, *(["--no-sandbox"] if as_root else [])]
    return playwright.chromium.launch(executable_path=path, args=args)


def new_page(browser: Browser, *, lang: str = "en", theme: str = "light", width: int = 1280,
             height: int = 900) -> Page:  # fmt: skip
    """A first-time visitor: fresh context, this language, colour scheme and width in pixels."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        locale="zh-CN" if lang == "zh" else "en-US",
        reduced_motion="reduce",
    )
    return context.new_page()


def address(server: Server, url_path: str, lang: str) -> str:
    """The deep link to a page in a language."""
    return f"{server.url}/{url_path}?lang={lang}"


def settle(page: Page, *, timeout_s: float = 30) -> None:
    """Wait until the page is connected and its script has run to its end."""
    page.wait_for_selector(SETTLED, timeout=timeout_s * 1000)
