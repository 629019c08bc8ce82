"""Downloads against a real server on loopback that cuts, lies, dawdles and vanishes."""

import errno
import threading

import pytest

from lesson_core.artefacts import fetch as fetch_module
from lesson_core.artefacts import home, manifest, partial, space
from lesson_core.artefacts.fetch import fetch
from lesson_core.errors import LabError
from tests.artefacts.conftest import FILES, REVISION, WEIGHTS, entry, source


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(fetch_module, "TELL_EVERY", 0.0)
    monkeypatch.setattr(space, "MARGIN", 10**6)


@pytest.fixture
def tiny(write_registry, web):
    """An artefact `tiny` with one source, which the server holds."""
    write_registry(entry(sources=(source(),)))
    web.hold_repository()
    return web


def code_of(artefact_id: str = "tiny", **options) -> LabError:
    with pytest.raises(LabError) as caught:
        list(fetch(artefact_id, **options))
    return caught.value


def test_a_download_arrives_whole(tiny):
    steps = list(fetch("tiny"))
    folder = manifest.checked_folder("tiny")
    assert {path: (folder / path).read_bytes() for path in FILES} == FILES
    assert steps[-1].stage == "done"
    downloads = [step for step in steps if step.stage == "download"]
    assert downloads[-1].done_bytes == downloads[-1].total_bytes == sum(map(len, FILES.values()))
    assert [s.done_bytes for s in downloads] == sorted(s.done_bytes for s in downloads)
    assert home.is_ready("tiny") and home.partial_bytes("tiny") == 0


def test_a_second_fetch_asks_nobody(tiny):
    list(fetch("tiny"))
    tiny.asked.clear()
    assert [step.stage for step in fetch("tiny")] == ["done"]
    assert tiny.asked == []


def test_a_cut_connection_is_resumed_where_it_broke(tiny):
    tiny.cuts = [len(WEIGHTS) // 2]
    list(fetch("tiny"))
    ranges = [asked for path, asked in tiny.asked if path.endswith("safetensors")]
    assert ranges == [None, f"bytes={len(WEIGHTS) // 2}-"]
    manifest.verify("tiny")


def test_a_partial_file_survives_the_process(tiny, monkeypatch):
    monkeypatch.setattr(fetch_module, "ATTEMPTS", 1)
    tiny.cuts = [len(WEIGHTS) // 2]
    assert code_of().code == "fetch_no_network"
    assert home.partial_bytes("tiny") >= len(WEIGHTS) // 2
    list(fetch("tiny"))
    assert tiny.asked[-1][1] == f"bytes={len(WEIGHTS) // 2}-"
    manifest.verify("tiny")


def test_a_server_that_ignores_ranges_is_read_from_the_start(tiny):
    tiny.cuts, tiny.ranges = [len(WEIGHTS) // 2], False
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_a_file_that_changed_between_two_halves_is_read_from_the_start(tiny, monkeypatch):
    monkeypatch.setattr(fetch_module, "ATTEMPTS", 1)
    tiny.cuts = [len(WEIGHTS) // 2]
    code_of()
    tiny.etag = '"two"'
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_a_wrong_first_half_is_noticed_and_everything_read_again(tiny, monkeypatch):
    monkeypatch.setattr(fetch_module, "ATTEMPTS", 1)
    tiny.cuts = [len(WEIGHTS) // 2]
    code_of()
    (part,) = home.download_folder("tiny").rglob("*.part")
    data = bytearray(part.read_bytes())
    data[0] ^= 1
    part.write_bytes(data)
    monkeypatch.setattr(fetch_module, "ATTEMPTS", 2)
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_a_wrong_hash_is_refused_and_thrown_away(tiny):
    tiny.files[f"/lab/tiny/resolve/{REVISION}/model.safetensors"] = bytes(len(WEIGHTS))
    assert code_of().code == "fetch_hash_mismatch"
    assert not home.is_ready("tiny")
    assert not list(home.download_folder("tiny").rglob("model.safetensors*"))


def test_a_login_page_is_recognised_by_its_size(tiny):
    tiny.files[f"/lab/tiny/resolve/{REVISION}/model.safetensors"] = b"<html>sign in</html>"
    problem = code_of()
    assert problem.code == "fetch_wrong_size"
    assert problem.values["expected"] == len(WEIGHTS)


def test_after_404_the_next_source_is_tried(write_registry, web, monkeypatch):
    web.hold_repository("other/tiny")
    web.files = {f"/models{path}": body for path, body in web.files.items()}
    monkeypatch.setenv("MODELSCOPE_DOMAIN", web.url)
    write_registry(entry(sources=(source(), source("modelscope", "other/tiny"))))
    list(fetch("tiny"))
    assert manifest.origin_of("tiny") == "modelscope other/tiny"


def test_every_failure_is_told(write_registry, web, monkeypatch):
    monkeypatch.setenv("MODELSCOPE_DOMAIN", "http://127.0.0.1:9")  # nobody listens there
    write_registry(entry(sources=(source(), source("modelscope", "other/tiny"))))
    problem = code_of()
    assert problem.code == "fetch_failed"
    assert "status=404" in problem.values["reasons"]
    assert "ConnectError" in problem.values["reasons"]


def test_no_network_names_the_hosts(write_registry, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    write_registry(entry(sources=(source(),)))
    problem = code_of()
    assert (problem.code, problem.values["host"]) == ("fetch_no_network", "127.0.0.1")


@pytest.mark.parametrize("name", ["LAB_OFFLINE", "HF_HUB_OFFLINE", None])
def test_offline_opens_no_connection(tiny, monkeypatch, name):
    if name:
        monkeypatch.setenv(name, "1")
    assert code_of(offline=name is None).code == "fetch_offline"
    assert tiny.asked == []


def test_cancel_stops_between_two_chunks_and_keeps_what_arrived(tiny):
    tiny.delay_s = 0.02
    seen: list[int] = []
    with pytest.raises(LabError) as caught:
        for step in fetch("tiny", cancelled=lambda: bool(seen) and seen[-1] > len(WEIGHTS) // 4):
            seen.append(step.done_bytes)
    assert caught.value.code == "fetch_cancelled"
    assert len(WEIGHTS) // 4 <= home.partial_bytes("tiny") < len(WEIGHTS)
    tiny.delay_s = 0.0
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_a_disk_that_is_too_small_is_named_before_anything_is_sent(tiny, monkeypatch):
    monkeypatch.setattr(space, "MARGIN", 10**18)
    problem = code_of()
    assert problem.code == "fetch_disk_full"
    assert problem.values["need_mb"] > problem.values["free_mb"]
    assert tiny.asked == []


def test_a_disk_that_fills_up_on_the_way_keeps_the_partial_file(tiny, monkeypatch):
    real_open = partial.Path.open

    def open_small(self, mode="r", *rest, **named):
        file = real_open(self, mode, *rest, **named)
        if self.suffix == ".part" and "a" in mode and self.name.startswith("model"):
            return FullDisk(file, room=200_000)
        return file

    with monkeypatch.context() as small:
        small.setattr(partial.Path, "open", open_small)
        assert code_of().code == "fetch_disk_full"
    assert 0 < home.partial_bytes("tiny") <= 200_000 + sum(map(len, FILES.values())) - len(WEIGHTS)
    list(fetch("tiny"))
    manifest.verify("tiny")


class FullDisk:
    """A file on a disk with `room` bytes left."""

    def __init__(self, file, room: int) -> None:
        self.file, self.room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.file.close()

    def write(self, data: bytes) -> int:
        if len(data) > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= len(data)
        return self.file.write(data)


def test_two_fetchers_download_once(tiny):
    tiny.delay_s = 0.02
    stages: dict[int, list[str]] = {0: [], 1: []}

    def run(which: int) -> None:
        stages[which] += [step.stage for step in fetch("tiny")]

    threads = [threading.Thread(target=run, args=(which,)) for which in stages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert tiny.times_asked("model.safetensors") == 1
    assert sum("waiting" in seen for seen in stages.values()) == 1
    assert all(seen[-1] == "done" for seen in stages.values())


def test_deleting_during_a_download_is_refused(tiny):
    running = fetch("tiny")
    next(running)
    with pytest.raises(LabError) as caught:
        home.delete("tiny")
    assert caught.value.code == "artefact_busy"
    running.close()


def test_a_damaged_model_is_fetched_again(tiny):
    list(fetch("tiny"))
    weights = home.folder_of("tiny") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_what_a_killed_process_left_is_swept_away(tiny):
    staging = home.download_folder("tiny") / "staging"
    staging.mkdir(parents=True)
    (staging / "model.safetensors").write_bytes(b"half")
    list(fetch("tiny"))
    manifest.verify("tiny")


def test_unknown_and_bundled_artefacts(write_registry):
    write_registry(entry("shipped", bundled=True))
    assert code_of("nothing").code == "artefact_unknown"
    assert code_of("shipped").code == "artefact_incomplete"


def test_a_folder_without_write_permission_is_named(tiny, monkeypatch):
    def refuse(self, *rest, **named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(fetch_module.Path, "mkdir", refuse)
    assert code_of().code == "folder_not_writable"
