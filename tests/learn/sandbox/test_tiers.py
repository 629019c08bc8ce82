"""Which tier runs learner code: every combination, and every way in which a machine says no."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.learn.sandbox import bubblewrap, kernel, places, seccomp, tiers
from lesson_core.learn.sandbox.limits import LAPTOP, SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.run import Job, Sandbox
from lesson_core.learn.sandbox.tiers import Probe, decide

HOLDS, FAILS = Probe(), Probe("failed", "tried")
# (A holds, B holds, others can reach it, system) → the tier that runs code, or none.
MATRIX = {
    (a, b, shared, system): "A" if a else "B" if b
    else "C" if not shared and system == "posix" else None
    for a, b, shared, system in itertools.product(
        (True, False), (True, False), (True, False), ("posix", "nt")
    )
}  # fmt: skip
OFF = [(False, False, True, "posix"), (False, False, True, "nt"), (False, False, False, "nt")]
STUB = "#!/bin/sh\n{0}\n"


@pytest.mark.parametrize("row", sorted(MATRIX))
def test_the_matrix_is_complete_and_fails_closed(row: tuple[bool, bool, bool, str]) -> None:
    a, b, shared, system = row
    found = {"A": HOLDS if a else FAILS, "B": HOLDS if b else FAILS}
    standing = decide(shared, found, system)
    assert standing.tier == MATRIX[row]
    assert (standing.tier is None) == (row in OFF)
    assert standing.limits is (SHARED if shared else LAPTOP)
    if standing.tier is None:
        with pytest.raises(LabError, match=r"^judge_off(_system)?$") as refused:
            standing.plan()
        assert (refused.value.code == "judge_off") == shared


@pytest.mark.parametrize("row", sorted(MATRIX))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_standing_is_said(row: tuple[bool, bool, bool, str], lang: str) -> None:
    a, b, shared, system = row
    found = {"A": HOLDS if a else FAILS, "B": HOLDS if b else FAILS}
    standing = decide(shared, found, system)
    said = standing.says()
    assert words.t(lang, f"errors.{said.code}", **said.values)
    assert len(standing.reasons()) == (not a) + (not b)
    for reason in standing.reasons():
        assert "tried" in words.t(lang, f"errors.{reason.code}", **reason.values)


def test_a_weak_tier_is_never_chosen_where_others_reach_it() -> None:
    for row, tier in MATRIX.items():
        assert not (row[2] and tier == "C")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True), ("::1", True),
        ("0.0.0.0", False), ("::", False), ("", False), ("192.168.1.4", False),
        ("lab.example.org", False), ("localhost.example.org", False), ("127.0.0.1.nip.io", False),
    ],
)  # fmt: skip
def test_what_is_loopback(address: str, expected: bool) -> None:
    assert tiers.is_loopback(address) is expected


@pytest.mark.parametrize(
    ("address", "said", "shared"),
    [
        ("127.0.0.1", "", False), ("127.0.0.1", "0", False), ("127.0.0.1", "1", True),
        ("0.0.0.0", "", True), ("0.0.0.0", "0", True), ("", "", True),
    ],
)  # fmt: skip
def test_the_address_and_the_operator_say_who_reaches_it(
    address: str, said: str, shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "probes", lambda: {"A": FAILS, "B": FAILS})
    standing = tiers.standing(address, {"LAB_SHARED": said})
    assert standing.shared is shared
    assert standing.tier == (None if shared else "C")


@pytest.fixture
def bwrap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put another program in bubblewrap's place, where every user may run it."""
    with tempfile.TemporaryDirectory(prefix="lab-stub-") as folder:
        Path(folder).chmod(0o755)

        def install(script: str) -> None:
            stub = Path(folder, "bwrap")
            stub.write_text(STUB.format(script))
            stub.chmod(0o755)
            monkeypatch.setenv("LAB_BWRAP", str(stub))

        yield install


# The worst kind of bubblewrap: it starts the program as if all were well, in no room at all.
UNSANDBOXED = """
for word in "$@"; do [ "$word" = /mnt ] && sealed=$before; before=$word; done
while [ "$1" != "--" ]; do shift; done; shift
code=$(printf %s "$5" | /usr/bin/sed "s|/mnt|$sealed|")
exec "$1" "$2" "$3" "$4" "$code" "$6"
"""


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1", "old_bwrap"),
        (
            "echo 'bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted' >&2; exit 1",
            "forbidden",
        ),
        (
            "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1",
            "forbidden",
        ),
        (
            "echo 'bwrap: execvp python: No such file or directory' >&2; exit 1",
            "closed_interpreter",
        ),
        ("exit 1", "failed"),
        ("kill -9 $$", "failed"),
        (UNSANDBOXED, "leaks"),
    ],
)
@pytest.mark.skipif(not kernel.LINUX, reason="bubblewrap is a program for Linux")
def test_a_bubblewrap_that_does_not_hold_is_not_used(
    bwrap: Callable[[str], None], script: str, reason: str
) -> None:
    bwrap(script)
    found = tiers.probe("A")
    assert found.reason == reason, found
    if reason == "leaks":
        assert {"files", "project", "network", "filter"} <= set(found.detail.split(", "))
    assert decide(True, {"A": found, "B": FAILS}).tier is None


@pytest.mark.parametrize("tier", ["A", "B"])
def test_another_system_has_no_strong_tier(tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers.platform, "system", lambda: "Darwin")
    assert tiers.probe(tier).reason == "not_linux"


@pytest.mark.skipif(not kernel.LINUX, reason="the reasons below are Linux's")
class TestWhatIsMissing:
    def test_no_bubblewrap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LAB_BWRAP", "no-such-program")
        assert bubblewrap.find() is None
        assert tiers.probe("A").reason == "no_bwrap"

    @pytest.mark.parametrize("abi", [0, 1, 2])
    def test_no_landlock_or_an_old_one(self, abi: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kernel, "landlock_abi", lambda: abi)
        assert tiers.probe("B") == Probe("no_landlock", str(abi))

    @pytest.mark.parametrize("tier", ["A", "B"])
    def test_no_filter(self, tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> bytes:
            raise seccomp.NoFilter("libseccomp is missing")

        monkeypatch.setattr(seccomp, "program", refuse)
        monkeypatch.setattr(bubblewrap, "find", lambda: "/bin/true")
        monkeypatch.setattr(kernel, "landlock_abi", lambda: 7)
        assert tiers.probe(tier).reason == "no_filter"

    @pytest.mark.parametrize("tier", ["A", "B"])
    def test_code_that_finds_a_way_out(self, tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tiers, "LOOK", "def look(*_): return ['network']")
        monkeypatch.setattr(bubblewrap, "find", lambda: "/bin/true")
        monkeypatch.setattr(tiers, "plan", lambda tier, limits: plan("C", limits))
        assert tiers.probe(tier) == Probe("leaks", "network")

    @pytest.mark.parametrize("tier", ["A", "B"])
    def test_code_that_never_answers(self, tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tiers, "LOOK", "def look(*_): raise SystemExit")
        monkeypatch.setattr(bubblewrap, "find", lambda: "/bin/true")
        monkeypatch.setattr(tiers, "plan", lambda tier, limits: plan("C", limits))
        assert tiers.probe(tier).reason == "failed"


@pytest.mark.usefixtures("tier_a")
def test_a_sandbox_that_breaks_later_is_not_replaced_by_a_weaker_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    what = plan("A", SHARED.but(wall_s=2, start_s=5))
    monkeypatch.setenv("LAB_BWRAP", "no-such-program")
    with pytest.raises(LabError, match="judge_not_started"):
        Sandbox(what).run(Job("def f(): return 1", "f", ((),)))


def test_a_measure_that_is_unknown_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no"):
        plan("C", SHARED, without=frozenset({"own_network"}))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_has_its_repair(lang: str) -> None:
    reasons = ("not_linux", "no_bwrap", "old_bwrap", "forbidden", "closed_interpreter",
               "no_filter", "no_landlock", "leaks", "failed")  # fmt: skip
    for reason in reasons:
        assert words.t(lang, f"errors.judge_why_{reason}", tier="A", detail="so")


@pytest.mark.parametrize(("mode", "closed"), [(0o700, True), (0o711, False), (0o755, False)])
def test_a_closed_folder_above_the_interpreter_is_seen(mode: int, closed: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="lab-home-") as folder:
        (python := Path(folder, "python")).mkdir()
        Path(folder).chmod(mode)
        assert (Path(folder) in places.closed_parents([python])) is closed


def test_an_interpreter_below_tmp_is_not_hidden_by_the_rooms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap.places, "interpreter", lambda: [tmp_path])
    args = bubblewrap.command("bwrap", tmp_path, SHARED, {}, None, bubblewrap.MEASURES)
    assert args.index("--tmpfs") < args.index(str(tmp_path))
