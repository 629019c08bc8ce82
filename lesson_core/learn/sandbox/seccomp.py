"""The system calls that learner code may not make, as a filter for the kernel (Linux).

A deny-list: PyTorch needs some two hundred calls, and the list of those changes with each release.
What is refused answers EACCES, which Python says as "Permission denied"; the kernel itself gives
other answers, so a test can tell who refused.
"""

import errno
import functools
import tempfile

# Group → calls. Each group has a probe in tests/learn/sandbox that turns red without it.
DENIED: dict[str, tuple[str, ...]] = {
    "network": ("socket", "connect", "bind", "listen", "accept", "accept4"),
    "memory_files": ("memfd_create", "memfd_secret"),  # memory that no limit of a process counts
    "io_uring": ("io_uring_setup", "io_uring_enter", "io_uring_register"),  # passes by this filter
    "other_processes": (
        "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd",
        "kcmp", "migrate_pages", "move_pages",
    ),
    "keys": ("add_key", "request_key", "keyctl"),
    "kernel_programs": ("bpf", "perf_event_open", "userfaultfd"),
    "mounts": (
        "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen",
        "fsconfig", "fsmount", "fspick", "mount_setattr",
    ),
    "namespaces": ("unshare", "setns"),
    "kernel_modules": (
        "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
        "open_by_handle_at", "fanotify_init", "acct", "swapon", "swapoff", "reboot",
    ),
    "shared_memory": (  # System V: outlives its processes, counted nowhere
        "shmget", "shmat", "shmctl", "msgget", "msgsnd", "semget", "semctl", "mq_open",
    ),
}  # fmt: skip
# Without namespaces of its own, the code shares a user with the server: no signals to it, no new
# limits for it, and no change to a file's owner or times (Landlock does not watch those).
DENIED_OUTSIDE: dict[str, tuple[str, ...]] = {
    "signals": ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
                "pidfd_send_signal"),
    "ranks": ("setpriority", "ioprio_set", "sched_setscheduler", "sched_setparam",
              "sched_setattr"),
    "file_facts": (
        "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
        "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr",
        "removexattr", "lremovexattr", "fremovexattr",
    ),
}  # fmt: skip
OF_OTHERS = ("prlimit64", "sched_setaffinity")  # allowed on oneself: first argument 0
STREAM = 1  # the kind of socket that asyncio makes pairs of
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET


class NoFilter(Exception):
    """libseccomp is missing or refuses."""


@functools.cache
def program(tier: str, without: frozenset[str] = frozenset()) -> bytes:
    """The filter as BPF for this machine. Another architecture's calls kill the process.

    `without` leaves groups out: tests use it to see that each of them is needed.
    """
    try:
        import pyseccomp as lib  # only Linux has it
    except Exception as missing:  # no module, or no library behind it
        raise NoFilter(str(missing)) from missing
    groups = DENIED if tier == "A" else DENIED | DENIED_OUTSIDE
    refuse = lib.ERRNO(errno.EACCES)
    try:
        rules = lib.SyscallFilter(lib.ALLOW)
        for name in [n for group, names in groups.items() if group not in without for n in names]:
            if _known(lib, name):
                rules.add_rule(refuse, name)
        if "namespaces" not in without:
            for bit in [1 << n for n in range(32) if NEW_NAMESPACES >> n & 1]:
                rules.add_rule(refuse, "clone", lib.Arg(0, lib.MASKED_EQ, bit, bit))
            # Its flags lie in memory, where a filter cannot look. glibc then falls back on clone.
            rules.add_rule(lib.ERRNO(errno.ENOSYS), "clone3")
        if tier != "A" and "ranks" not in without:
            for name in OF_OTHERS:
                rules.add_rule(refuse, name, lib.Arg(0, lib.NE, 0))
        if "network" not in without:  # a datagram can be sent from one end of a pair to anybody
            for kind in range(16):
                if kind != STREAM:
                    rules.add_rule(refuse, "socketpair", lib.Arg(1, lib.MASKED_EQ, 15, kind))
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            return file.read()
    except Exception as refused:  # whatever it is: no filter, no sandbox
        raise NoFilter(str(refused)) from refused


def _known(lib, name: str) -> bool:  # type: ignore[no-untyped-def]
    """Whether this libseccomp and this architecture have a call of that name."""
    try:
        return bool(lib.resolve_syscall(lib.Arch.NATIVE, name) >= 0)
    except (OSError, ValueError):
        return False
