"""A file on its way: `<name>.part` and the server's mark of the version it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lesson_core.artefacts.manifest import sha256_of
from lesson_core.artefacts.registry import File
from lesson_core.errors import LabError


@dataclass(frozen=True)
class Partial:
    """`target` is the finished file; beside it lie `.part` (bytes so far) and `.etag`."""

    target: Path

    @property
    def part(self) -> Path:
        """The bytes received so far."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def _mark(self) -> Path:
        return self.target.with_name(self.target.name + ".etag")

    def size(self) -> int:
        """Bytes received so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def at_hand(self) -> int:
        """Bytes that need not be sent again: of the finished file or of the partial one."""
        return self.target.stat().st_size if self.target.exists() else self.size()

    def is_whole(self, file: File) -> bool:
        """Whether the finished file is here and has the right hash; a wrong one is deleted."""
        if not self.target.is_file():
            return False
        if self.target.stat().st_size == file.bytes and sha256_of(self.target) == file.sha256:
            return True
        self.target.unlink()
        return False

    def request_headers(self) -> dict[str, str]:
        """Ask for the rest only; the whole file if it changed meanwhile (If-Range)."""
        headers = {"Accept-Encoding": "identity"}  # bytes as they are, so that Range counts them
        if self.size():
            headers["Range"] = f"bytes={self.size()}-"
            if self._mark.exists():
                headers["If-Range"] = self._mark.read_text(encoding="ascii")
        return headers

    def start(self, status: int, headers: Mapping[str, str]) -> int:
        """How many bytes already here count for this answer; forgets them where none do."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        kept = self.size()
        if status != 206 or not headers.get("content-range", "").startswith(f"bytes {kept}-"):
            self.forget()
            kept = 0
        mark = headers.get("etag", "")
        if mark and not mark.startswith("W/") and mark.isascii():  # a weak one cannot be used here
            self._mark.write_text(mark, encoding="ascii")
        return kept

    def finish(self, file: File) -> None:
        """Check size and hash, then give the file its name. A wrong one is deleted."""
        size, actual = self.size(), sha256_of(self.part)
        if size != file.bytes or actual != file.sha256:
            self.forget()
            raise LabError(
                "fetch_hash_mismatch", file=file.path, expected=file.sha256[:12], got=actual[:12]
            )
        self.part.replace(self.target)
        self._mark.unlink(missing_ok=True)

    def forget(self) -> None:
        """Delete what was received."""
        self.part.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)
