"""How quickly the pages come up, against an empty Streamlit app in the same run.

Each page is opened like a first visit (fresh browser context) on a server that is already warm.
The empty app (one line of text, one button) takes its turn in every round, twice: with the settings
that Streamlit ships with, which is what the ratios compare with, and with ours. All times are taken
inside the browser, from the start of the navigation:

- `alive_s`: the first v2 component or widget of the main part is visible. The empty app has to
  show less for it: its line of text.
- `ready_s`: the script has run, and nothing in the page or on the network has moved for 300 ms;
  the last movement counts, not the waiting window. Shadow roots of components are watched too.
- `rerun_s`: from a click to the last movement. On a page the click chooses another precision in
  the picker (a fragment: only the picker runs again), in the empty app it is the button.
- `whole_rerun_s`: the same from the key R, after which the whole script runs again.
"""

import contextlib
import json
import statistics
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from lesson_core.bench.browser import (
    REPOSITORY,
    Server,
    address,
    launch,
    new_page,
    serve,
    temporary_home,
)
from lesson_core.learn.catalogue import LESSONS

ROUNDS = 5
BARS = {"alive_max": 1.5, "ready_max": 2.3, "rerun_max": 2.0}
RSS_BAR_MB = 300
EMPTY_APP = 'import streamlit as st\n\nst.write("empty")\nst.button("again")\n'

ALIVE = ", ".join(
    f"[data-testid='stMain'] {living}"
    for living in ("[data-testid^='stBidiComponent']", "button", "input", "textarea")
)
ALIVE_EMPTY = "[data-testid='stMain'] [data-testid='stMarkdown'] p"
PICKER = ".st-key-frame-running button"
CHEAP = ".st-key-recipe-precision button >> nth=1"
CHEAP_EMPTY = "[data-testid='stMain'] button"
SHIPPED, OURS = "(empty app)", "(empty app, our settings)"

# Runs before anything of the page does. `alive` and `last` are milliseconds since navigation.
WATCH = """
(selector => {
  const lab = (window.lab = { alive: null, clicked: null, heard: 0, last: 0 });
  const moved = () => { lab.last = performance.now(); };
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  const watch = root => new MutationObserver(moved).observe(root, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    watch(root);
    return root;
  };
  watch(document);
  // What the server says counts as movement too: an empty page may have nothing to redraw.
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...rest) {
      super(...rest);
      this.addEventListener("message", () => { moved(); lab.heard = lab.last; });
    }
  };
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) lab.last = Math.max(lab.last, entry.responseEnd);
  }).observe({ type: "resource", buffered: true });
  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const look = () => {
    if ([...document.querySelectorAll(selector)].some(seen)) lab.alive = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  for (const kind of ["click", "keydown"])
    document.addEventListener(kind, () => { lab.clicked = lab.last = performance.now(); }, true);
})(%s);
"""
QUIET_MS = 300
QUIET = """() => {
  const app = document.querySelector("[data-testid='stApp']");
  return app !== null && app.dataset.testConnectionState === "CONNECTED"
    && app.dataset.testScriptState === "notRunning"
    && window.lab.alive !== null && performance.now() - window.lab.last > %d;
}"""
ANSWERED = "() => window.lab.heard > window.lab.clicked"


@dataclass(frozen=True)
class Times:
    """Seconds, as the module's docstring defines them."""

    alive_s: float
    ready_s: float
    rerun_s: float
    whole_rerun_s: float


@dataclass(frozen=True)
class Target:
    """One page to open: `open_first` must be clicked before the cheap widget is visible."""

    server: Server
    url_path: str
    alive: str
    cheap: str
    open_first: str | None = None


def main() -> int:
    """Print a table and, last, one line of JSON; 1 if a bar is missed."""
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(temporary_home(with_default=True))
        script = data / "empty_app.py"
        script.write_text(EMPTY_APP, encoding="utf-8")
        shipped = stack.enter_context(serve(script, data / "empty", cwd=data))
        ours = stack.enter_context(serve(script, data / "ours"))
        lab = stack.enter_context(serve(REPOSITORY / "app.py", data))
        browser = launch(stack.enter_context(sync_playwright()))
        times = _measure(browser, _targets(lab, shipped, ours))
        browser.close()
        report = _report(times) | _process_facts(lab.pid)
    _print_table(report)
    print(json.dumps(report))
    return 0 if _passes(report) else 1


def page_paths() -> dict[str, str]:
    """Page id -> url path: every lesson, the saved runs and the settings."""
    lessons = {lesson.id: lesson.url_path for lesson in LESSONS}
    return lessons | {"runs": "runs", "settings": "settings"}


def _targets(lab: Server, shipped: Server, ours: Server) -> dict[str, Target]:
    pages = {
        page: Target(lab, path, ALIVE, CHEAP, open_first=PICKER)
        for page, path in page_paths().items()
    }
    empty = {SHIPPED: shipped, OURS: ours}
    bare = {name: Target(at, "", ALIVE_EMPTY, CHEAP_EMPTY) for name, at in empty.items()}
    return bare | pages


def _measure(browser: Browser, targets: dict[str, Target]) -> dict[str, Times]:
    """Median of ROUNDS per target, interleaved, after one round that only warms the servers."""
    samples: dict[str, list[Times]] = defaultdict(list)
    for turn in range(ROUNDS + 1):
        for name, target in targets.items():
            times = visit(browser, target)
            if turn > 0:
                samples[name].append(times)
    return {name: _median(taken) for name, taken in samples.items()}


def visit(browser: Browser, target: Target) -> Times:
    """One first visit and one rerun, in a fresh context."""
    page = new_page(browser)
    open_requests: set[object] = set()
    page.on("request", lambda request: open_requests.add(request))
    page.on("requestfinished", lambda request: open_requests.discard(request))
    page.on("requestfailed", lambda request: open_requests.discard(request))
    page.add_init_script(WATCH % json.dumps(target.alive))
    page.goto(address(target.server, target.url_path, "en"), wait_until="commit")
    ready = settled(page, open_requests)
    alive = float(page.evaluate("window.lab.alive"))

    page.keyboard.press("r")
    whole = since_click(page, open_requests)
    if target.open_first:
        page.click(target.open_first)
        settled(page, open_requests)
    page.click(target.cheap)
    rerun = since_click(page, open_requests)
    page.context.close()
    return Times(alive / 1e3, ready / 1e3, rerun, whole)


def settled(page: Page, open_requests: set[object]) -> float:
    """Wait for quiet; milliseconds of the last movement."""
    page.wait_for_function(QUIET % QUIET_MS, polling=50)
    while open_requests:
        page.wait_for_timeout(50)
        page.wait_for_function(QUIET % QUIET_MS, polling=50)
    return float(page.evaluate("window.lab.last"))


def since_click(page: Page, open_requests: set[object]) -> float:
    """Seconds from the last click or key to the last movement that came of it."""
    page.wait_for_function(ANSWERED, polling=50)
    last = settled(page, open_requests)
    return (last - float(page.evaluate("window.lab.clicked"))) / 1e3


def _median(taken: list[Times]) -> Times:
    columns = zip(*(asdict(times).values() for times in taken), strict=True)
    return Times(*(statistics.median(column) for column in columns))


def _report(times: dict[str, Times]) -> dict[str, Any]:
    pages = {
        name: {key: round(value, 4) for key, value in asdict(taken).items()}
        for name, taken in times.items()
    }
    shipped, ours = pages.pop(SHIPPED), pages.pop(OURS)

    def worst(kind: str, empty: dict[str, float]) -> float:
        slowest = max(float(page[f"{kind}_s"]) for page in pages.values())
        return round(slowest / empty[f"{kind}_s"], 3)

    kinds = ("alive", "ready", "rerun", "whole_rerun")
    return {
        "empty": shipped,
        "empty_our_settings": ours,
        "pages": pages,
        "ratios": {f"{kind}_max": worst(kind, shipped) for kind in kinds},
        "ratios_our_settings": {f"{kind}_max": worst(kind, ours) for kind in kinds},
    }


def _process_facts(pid: int) -> dict[str, Any]:
    """What the web process holds after all visits: memory in MB (10⁶ bytes), and whether torch."""
    process = psutil.Process(pid)
    loaded = [Path(region.path).name for region in process.memory_maps()]
    return {
        "web_rss_mb": round(process.memory_info().rss / 1e6, 1),
        "torch_imported": any(name.startswith("libtorch") for name in loaded),
    }


def _passes(report: dict[str, Any]) -> bool:
    within = all(report["ratios"][name] <= bar for name, bar in BARS.items())
    return bool(within and report["web_rss_mb"] <= RSS_BAR_MB and not report["torch_imported"])


def _print_table(report: dict[str, Any]) -> None:
    heads = "".join(f"{head:>9}" for head in ("alive", "ready", "rerun", "whole"))
    print(f"{'page':25}{heads}   seconds, median of {ROUNDS}")
    bare = {SHIPPED: report["empty"], OURS: report["empty_our_settings"]}
    for name, row in {**bare, **report["pages"]}.items():
        print(f"{name:25}" + "".join(f"{value:9.3f}" for value in row.values()))
    print(f"at most, over the empty app: {json.dumps(report['ratios'])}, bars {BARS}")
    print(f"over the empty app with our settings: {json.dumps(report['ratios_our_settings'])}")
