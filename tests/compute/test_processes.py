"""What happens around a server: how it starts, and how it disappears."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from lesson_core.compute.jobs import JobManager
from lesson_core.compute.keeper import is_orphan, this_server
from lesson_core.schema.jobs import JobRecord
from lesson_core.store.database import Store, sqlite_url
from tests.compute.conftest import REGISTRY, until

ROOT = Path(__file__).parents[2]

SERVER = """
import sys, time
from pathlib import Path
from lesson_core.compute.jobs import JobManager
from lesson_core.store.database import Store, sqlite_url
from tests.compute.probes import Probe
home = Path(sys.argv[1])
store = Store.open(sqlite_url(home / "lab.sqlite"))
manager = JobManager(registry="tests.compute.probes", store=store, home=home)
job_id = manager.submit("rude", Probe(), session="s")
while not (child := [e.detail["child"] for e in manager.events(job_id) if "child" in e.detail]):
    time.sleep(0.01)
while store.jobs.load(job_id) is None:
    time.sleep(0.01)
print(job_id, child[0], flush=True)
time.sleep(600)
"""


def start_server(home: Path) -> tuple[subprocess.Popen[str], str, int]:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    job_id, child = server.stdout.readline().split()
    return server, job_id, int(child)


def test_nothing_outlives_a_killed_server_and_its_job_says_so(tmp_path: Path) -> None:
    server, job_id, child = start_server(tmp_path)
    try:
        worker = psutil.Process(child).parent()
        assert worker is not None
        store = Store.open(sqlite_url(tmp_path / "lab.sqlite"))
        other = JobManager(registry=REGISTRY, store=store)
        status = other.status(job_id)
        assert status is not None and status.state == "running", "the other server still runs it"
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        until(lambda: not psutil.pid_exists(child) and not worker.is_running())
        status = other.status(job_id)
        assert status is not None and status.state == "failed"
        assert status.error == {"code": "server_stopped", "values": {}}
        other.shutdown()
        store.close()
    finally:
        server.kill()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def test_the_web_side_imports_neither_torch_nor_streamlit() -> None:
    code = (
        "import sys; import lesson_core.compute.jobs; "
        "sys.exit(', '.join({'torch', 'streamlit', 'transformers'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_a_worker_of_another_host_is_not_called_dead() -> None:
    record = JobRecord(
        id="x",
        name="n",
        session="s",
        spec={},
        state="running",
        created_at="",
        owner="elsewhere:1:2",
    )
    assert not is_orphan(record)
    assert not is_orphan(JobRecord(**{**vars(record), "owner": this_server()}))
