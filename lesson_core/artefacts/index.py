"""Which package index this machine uses, and what its pages list: pip's answers, asked of pip.

No registry is named here. The index is the one that `pip install` would use: PIP_INDEX_URL, the
configuration files, else pip's own default. `find-links` folders and `file://` indexes count too,
so a wheel on a memory stick works without any network.
"""

import importlib
import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

_SECTIONS = ("global", "install", "download", ":env:")  # later ones win


@dataclass(frozen=True)
class Index:
    """Base addresses of the simple API, pages and folders with files, and a CA bundle if set."""

    bases: tuple[str, ...]
    find_links: tuple[str, ...]
    cert: str | None


def in_use() -> Index:
    """What pip would use here; environment variables count where there is no pip."""
    settings = _pip_settings()

    def last(name: str) -> str:
        found = [settings[f"{s}.{name}"] for s in _SECTIONS if settings.get(f"{s}.{name}")]
        return str(found[-1]) if found else ""

    base = last("index-url") or os.environ.get("UV_DEFAULT_INDEX", "") or _pip_default()
    bases = [] if last("no-index").lower() in ("1", "true", "yes", "on") else [base]
    bases += last("extra-index-url").split() if bases else []
    return Index(
        bases=tuple(address for address in bases if address),
        find_links=tuple(last("find-links").split()),
        cert=last("cert") or None,
    )


def pages(index: Index, project: str) -> list[str]:
    """The addresses to look at for one project, nearest first: folders, then indexes."""
    name = re.sub(r"[-_.]+", "-", project).lower()  # PEP 503
    listed = [f"{base.rstrip('/')}/{name}/" for base in index.bases]
    local = [address for address in listed if folder_at(address)]
    return [*index.find_links, *local, *(address for address in listed if address not in local)]


def folder_at(address: str) -> Path | None:
    """The folder that a path or a `file://` address means, or None for the web."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    return None if parts.scheme in ("http", "https") else Path(address).expanduser()


def link_to(file_name: str, page: str, page_address: str) -> str | None:
    """The address of `file_name` among the links of a simple-API page; None if not listed."""
    parser = _Links()
    parser.feed(page)
    for href in parser.hrefs:
        address = urljoin(page_address, href)
        if unquote(urlsplit(address).path).rsplit("/", 1)[-1] == file_name:
            return address.split("#", 1)[0]
    return None


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def _pip_settings() -> dict[str, Any]:
    try:
        module = importlib.import_module("pip._internal.configuration")
    except ImportError:  # no pip here
        settings = {}
    else:
        settings = _read(module)
    for key, value in os.environ.items():
        if key.startswith("PIP_") and value:
            settings[f":env:.{key[4:].lower().replace('_', '-')}"] = value
    return settings


def _read(module: Any) -> dict[str, Any]:
    try:
        configuration = module.Configuration(isolated=False)
        configuration.load()
        return dict(configuration.items())
    except AttributeError:  # a pip that moved its furniture
        return {}
    except module.ConfigurationError:
        return {}


def _pip_default() -> str:
    try:
        return str(importlib.import_module("pip._internal.models.index").PyPI.simple_url)
    except (ImportError, AttributeError):
        return ""
