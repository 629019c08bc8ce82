"""Other processes: the server's, one's own without end, and those that should be gone."""

PROCESSES = {
    "fork_bomb": "def attack(host): return births(host['processes'] + 5) > host['processes']",
    "fork_bomb_of_forks": """
def attack(host):
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
    return False
""",
    "thread_bomb": """
def attack(host):
    return does(lambda: [threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
                         for _ in range(host['processes'] + 5)])
""",
    "daemon": """
def attack(host):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    return False
""",
    "deaf_daemon": """
def attack(host):
    if os.fork() == 0:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
        while True:
            time.sleep(60)
    return False
""",
    "outliving_thread": """
def attack(host):
    threading.Thread(target=time.sleep, args=(60,)).start()
    return False
""",
    "born_at_exit": """
def attack(host):
    import atexit
    atexit.register(lambda: os.fork() or time.sleep(60))
    return False
""",
    "kill_the_server": "def attack(host): return does(lambda: os.kill(host['server'], 9))",
    "kill_the_parent": """
def attack(host):
    parent = os.getppid()
    does(lambda: os.kill(parent, 9))
    time.sleep(0.2)
    return parent != os.getppid()
""",
    "kill_everybody": """
def attack(host):
    does(lambda: os.kill(-1, 9))
    does(lambda: os.killpg(0, 0))
    return False
""",
    "signal_by_handle": """
def attack(host):
    return does(lambda: signal.pidfd_send_signal(os.pidfd_open(host['server']), 0))
""",
    "trace_another": "def attack(host): return not refused(host, 'ptrace', 16, os.getppid(), 0, 0)",
    "be_traced": "def attack(host): return libc.ptrace(0, 0, 0, 0) == 0",
    "read_anothers_memory": """
def attack(host): return not refused(host, 'process_vm_readv', 1, None, 0, None, 0, 0)
""",
    "memory_of_process_1": """
def attack(host):
    return any(does(lambda: open(f'/proc/{pid}/mem', 'rb').read(1)) for pid in (1, host['server']))
""",
    "environment_of_process_1": """
def attack(host):
    'bubblewrap stays as process 1; what it was started with can be read there.'
    try:
        return b'LAB_SECRET' in open('/proc/1/environ', 'rb').read()
    except OSError:
        return False
""",
    "environment": "def attack(host): return any('LAB' in name for name in os.environ)",
    "see_other_processes": """
def attack(host):
    try:
        return len([name for name in os.listdir('/proc') if name.isdigit()]) > 4
    except OSError:
        return False
""",
    "raise_limits": """
def attack(host):
    kinds = (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU)
    return any(does(lambda: resource.setrlimit(kind, (-1, -1))) for kind in kinds)
""",
    "limits_of_the_server": """
def attack(host):
    return does(lambda: resource.prlimit(host['server'], resource.RLIMIT_NOFILE, (9, 9)))
""",
    "more_priority": """
def attack(host):
    now = os.getpriority(os.PRIO_PROCESS, 0)
    return does(lambda: os.setpriority(os.PRIO_PROCESS, 0, now - 1))
""",
    "real_time": """
def attack(host): return does(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(9)))
""",
    "become_root": "def attack(host): return does(lambda: os.setuid(0))",
    "new_user_namespace": "def attack(host): return libc.unshare(0x10000000) == 0",
    "new_namespace_by_clone": """
def attack(host):
    pid = libc.syscall(number(host, 'clone'), 0x10000000 | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid > 0
""",
    "namespace_of_process_1": """
def attack(host):
    try:
        return libc.setns(os.open('/proc/1/ns/net', 0), 0) == 0
    except OSError:
        return False
""",
    "namespace_with_unshare": """
def attack(host):
    return subprocess.run(['/usr/bin/unshare', '-Ur', 'true'], capture_output=True).returncode == 0
""",
    "capabilities": """
def attack(host):
    try:
        lines = open('/proc/self/status').read().splitlines()
    except OSError:
        return False
    return any(int(line.split()[1], 16) for line in lines if line.startswith(('CapEff', 'CapPrm')))
""",
    "type_into_the_terminal": """
def attack(host):
    import fcntl
    return does(lambda: fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), 0x5412, b'x'))
""",
}

# These never answer: the wall clock ends them, in time.
ENDLESS = {
    "loop": "def attack(host):\n    while True: pass",
    "sleep": "def attack(host): time.sleep(60)",
    "loop_in_c": "def attack(host): return 7 ** (10 ** 9) and False",
    "deaf_loop": """
def attack(host):
    for number in range(1, 65):
        does(lambda: signal.signal(number, signal.SIG_IGN))
    while True:
        pass
""",
    "stop_oneself": """
def attack(host):
    does(lambda: os.kill(os.getpid(), signal.SIGSTOP))
    time.sleep(60)
""",
    "catch_every_exception": """
def attack(host):
    while True:
        try:
            while True:
                time.sleep(1)
        except BaseException:
            pass
""",
    "at_import": "while True: pass",
}
