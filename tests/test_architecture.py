"""The rules of the house that a machine can check. Import layers: see pyproject.toml."""

import ast
import functools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesson_core.bench import tree
from lesson_core.learn.catalogue import LESSONS

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "transformers", "gensim", "sklearn")

# Where torch may be imported; everything else of lesson_core must come up without it.
TENSORS = (
    "bench", "experiments", "measure", "serve/engine.py", "serve/paged.py", "serve/caches.py",
    "serve/http.py", "serve/start.py", "parallel", "tasks", "speed", "generate", "model",
    "compute/worker_main.py", "learn/judge_torch.py",
)  # fmt: skip
TENSOR_FREE = ("experiments/registry.py",)
STARTS_PROCESSES = ("bench", "compute", "parallel/launch.py", "learn/sandbox")
RUNS_LEARNER_CODE = "learn/judge_main.py"  # in the sandbox, which sees nothing else of ours
PROCESSES = {"subprocess", "multiprocessing", "concurrent.futures.process", "pty"}
USES_NETWORK = ("artefacts/fetch.py", "serve/http.py", "serve/load.py")
HARMLESS = {"urllib.request.url2pathname", "urllib.request.pathname2url"}
NETWORK = {
    "socket", "socketserver", "ssl", "http.client", "http.server", "urllib.request", "urllib3",
    "requests", "httpx", "uvicorn", "aiohttp", "websockets", "ftplib", "smtplib", "huggingface_hub",
}  # fmt: skip
UNSAFE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve"}
LONGER = ("bench", "compute", "store", "artefacts")  # nobody learns inference from these


def product() -> list[Path]:
    """Every Python file of the product."""
    return [ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("lesson_core/**/*.py")]


def tracked(*suffixes: str) -> list[Path]:
    return [ROOT / file for file in tree.files(ROOT) if not suffixes or file.endswith(suffixes)]


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lies_in(path: Path, places: tuple[str, ...]) -> bool:
    """Whether a file is one of, or lies under, these places of lesson_core."""
    return any(
        path.is_relative_to(ROOT / "lesson_core" / place)
        for place in places
    )  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    """Dotted names of everything a file imports, in functions too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def touches(path: Path, modules: set[str]) -> list[str]:
    return [
        name
        for name in imports(path)
        if name not in HARMLESS
        and any(name == module or name.startswith(f"{module}.") for module in modules)
    ]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def offenders(found: dict[Path, object]) -> dict[str, object]:
    return {str(path.relative_to(ROOT)): what for path, what in found.items() if what}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_import_layers():
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_modules_without_tensors_come_up_without_torch():
    names = [
        module_name(path)
        for path in ROOT.glob("lesson_core/**/*.py")
        if lies_in(path, TENSOR_FREE) or not lies_in(path, TENSORS)
        if path.name != "__main__.py"
    ]
    assert "lesson_core.theory.costs" in names
    script = (
        "import importlib, sys\n"
        f"for name in {names}:\n"
        "    importlib.import_module(name)\n"
        f"    bad = [heavy for heavy in {HEAVY} if heavy in sys.modules]\n"
        "    assert not bad, f'{name} imports {bad}'\n"
    )
    run_fresh(script)


def test_pages_never_import_torch():
    """Every page of the catalogue, rendered one after another in one fresh web process."""
    paths = [lesson.path for lesson in LESSONS] + ["pages/start/settings.py"]
    pages = [str(ROOT / path) for path in paths]
    script = (
        "import sys, app as _server\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('pages/ui/router.py', default_timeout=60).run()\n"
        f"for page in {pages}:\n"
        "    app.switch_page(page).run()\n"
        "    assert not app.exception, (page, app.exception)\n"
        "    assert app.title, page\n"
        f"    bad = [heavy for heavy in {HEAVY} if heavy in sys.modules]\n"
        "    assert not bad, f'{page} imports {bad}'\n"
    )
    run_fresh(script)


def run_fresh(script: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]


def test_streamlit_discovers_no_page_by_itself():
    """A .py directly in pages/ would run without app.py on a fresh server's deep link."""
    assert not list(ROOT.glob("pages/*.py"))


def test_init_files_are_empty():
    assert [path for path in product() if path.name == "__init__.py" and path.read_text()] == []


def test_no_rooms_without_a_name():
    rooms = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in product() if {path.stem, *path.parent.parts} & rooms] == []


def test_files_stay_readable():
    def limit(path: Path) -> int:
        if path.is_relative_to(ROOT / "pages") or path == ROOT / "app.py":
            return 120
        learned = path.is_relative_to(ROOT / "lesson_core") and not lies_in(path, LONGER)
        return 200 if learned else 300

    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(".py")}
    long = {path: count for path, count in lines.items() if count > limit(path)}
    assert offenders(long) == {}


def test_shown_functions_fit_a_screen():
    shown = {pair for lesson in LESSONS for pair in lesson.shown}
    long = {}
    for file, name in shown:
        body: ast.AST = parsed(ROOT / file)
        for part in name.split("."):
            body = next(n for n in ast.iter_child_nodes(body) if getattr(n, "name", None) == part)
        count = body.end_lineno - body.lineno + 1
        if count > 30:
            long[f"{file}:{name}"] = count
    assert long == {}


def test_processes_start_in_few_places():
    elsewhere = [path for path in product() if not lies_in(path, STARTS_PROCESSES)]
    found: dict[Path, object] = {path: touches(path, PROCESSES) for path in elsewhere}
    for path in elsewhere:
        found[path] = found[path] or [
            name
            for name, _ in calls(path)
            if re.fullmatch(r"os\.(fork|forkpty|system|popen|exec\w*|(posix_)?spawn\w*)", name)
            or re.search(r"create_subprocess_|ProcessPoolExecutor|psutil\.Popen", name)
        ]
    assert offenders(found) == {}


def test_multiprocessing_is_not_used():
    """Its spawn would run app.py again in every child."""
    assert offenders({path: touches(path, {"multiprocessing"}) for path in product()}) == {}


def test_network_is_used_in_few_places():
    elsewhere = [path for path in product() if not lies_in(path, USES_NETWORK)]
    assert offenders({path: touches(path, NETWORK) for path in elsewhere}) == {}


def test_one_file_reads_the_clock():
    names = re.compile(r"\bperf_counter(_ns)?\b")
    found = {path: names.findall(path.read_text()) for path in product() if path.name != "clock.py"}
    assert offenders(found) == {}


def test_nothing_loads_code_from_data():
    found: dict[Path, object] = {path: touches(path, UNSAFE) for path in product()}
    for path in product():
        found[path] = found[path] or [
            ast.unparse(node)
            for name, node in calls(path)
            if name in ("torch.load", "torch.hub.load", "eval", "exec")
            if name != "exec"
            or not lies_in(path, (RUNS_LEARNER_CODE,))
            or any(key.arg in ("trust_remote_code", "allow_pickle") for key in node.keywords)
        ]
    assert offenders(found) == {}


def test_html_holds_constants_only():
    """Nothing that a learner, a model or a tokenizer produced is ever parsed as HTML."""

    def is_html(name: str, node: ast.Call) -> bool:
        flags = {"unsafe_allow_html", "unsafe_allow_javascript"}
        return name.endswith("st.html") or any(key.arg in flags for key in node.keywords)

    def is_constant(node: ast.expr) -> bool:
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())

    found = {
        path: [
            ast.unparse(node)
            for name, node in calls(path)
            if is_html(name, node) and not (node.args and is_constant(node.args[0]))
        ]
        for path in product()
    }
    assert offenders(found) == {}


def test_requirements_are_pinned():
    pin = re.compile(r"(-r requirements[\w-]*\.txt|[\w.\[\]-]+==[\w.+!]+)(\s*;.*)?")
    for file in ROOT.glob("requirements*.txt"):
        lines = [line.split("#")[0].strip() for line in file.read_text().splitlines()]
        assert [line for line in lines if line and not pin.fullmatch(line)] == [], file.name


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            yield path, data.decode("utf-8", errors="replace")


def test_no_path_of_one_machine_and_no_registry_host():
    host = "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"), ("pythonhosted", "org"), ("download", "pytorch", "org"),
            ("registry", "npmjs", "org"), ("anaconda", "org"), ("tsinghua", "edu", "cn"),
        ]
    )  # fmt: skip
    forbidden = re.compile(rf"(?<![\w.~-])/(?:home|root|Users|work|farm)/\w[^\s\"'`)]*|{host}")
    found = {path: forbidden.findall(text)[:3] for path, text in texts()}
    assert offenders(found) == {}


def test_readme_tree_is_complete():
    wanted = tree.render(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert tree.between_marks(readme) == wanted, "`make tree` writes it"


@pytest.mark.parametrize("file", ["LICENSE", "THIRD_PARTY.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_papers_are_there(file):
    assert (ROOT / file).stat().st_size > 200


def test_git_is_not_needed_to_list_the_files(tmp_path, monkeypatch):
    """The rules above also hold in a copy without its history."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "app.py" in tree.files(ROOT)
