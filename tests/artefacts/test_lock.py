"""One holder at a time, and nothing left locked."""

from lesson_core.artefacts.lock import FileLock


def test_one_holder(tmp_path):
    with FileLock(tmp_path / "l") as one, FileLock(tmp_path / "l") as two:
        assert one.acquire() and one.acquire()
        assert not two.acquire()
        one.release()
        assert two.acquire()
    with FileLock(tmp_path / "l") as three:
        assert three.acquire()
