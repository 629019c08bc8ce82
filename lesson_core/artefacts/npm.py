"""Where npm packages come from on this machine: npm's answers, asked of npm.

No registry is named here. It is the one that `npm install` would use: npm_config_registry, the
line `registry=` of ~/.npmrc, else npm's own default, read from an npm that is installed. Without
any of them the lab says so.
"""

import os
import re
import shutil
from pathlib import Path

from lesson_core.artefacts.registry import File, Source
from lesson_core.errors import LabError

_LINE = re.compile(r"(?m)^\s*registry\s*=\s*[\"']?(\S+?)[\"']?\s*$")
_DEFAULT = re.compile(r"new Definition\('registry', \{\s*default: [`'\"]([^`'\"]+)")
_DEFINITIONS = "node_modules/@npmcli/config/lib/definitions/definitions.js"


def address(source: Source, file: File) -> str:
    """Where the packed file of a package lies; LabError("fetch_no_npm") without a registry."""
    base = in_use()
    if not base:
        raise LabError("fetch_no_npm", file=file.path)
    return f"{base.rstrip('/')}/{source.name}/-/{file.path}"


def in_use() -> str:
    """The base address of the registry in use; empty where there is no npm and no setting."""
    settings = [os.environ[key] for key in os.environ if key.lower() == "npm_config_registry"]
    settings += _LINE.findall(_read(Path.home() / ".npmrc"))
    return next(filter(None, settings), "") or _npm_default()


def _npm_default() -> str:
    command = shutil.which("npm")
    if not command:
        return ""
    found = _DEFAULT.search(_read(Path(command).resolve().parents[1] / _DEFINITIONS))
    return found[1] if found else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
