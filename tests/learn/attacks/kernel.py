"""Doors of the kernel that nobody needs here."""

KERNEL = {
    "bpf": "def attack(host): return not refused(host, 'bpf', 0, None, 0)",
    "perf": "def attack(host): return not refused(host, 'perf_event_open', None, 0, 0, 0, 0)",
    "page_faults": "def attack(host): return not refused(host, 'userfaultfd', 1)",
    "keys": "def attack(host): return not refused(host, 'add_key', None, None, None, 0, 0)",
    "new_kernel": "def attack(host): return not refused(host, 'kexec_load', 0, 0, None, 0)",
    "module": "def attack(host): return not refused(host, 'init_module', None, 0, None)",
    "reboot": "def attack(host): return not refused(host, 'reboot', 0, 0, 0, None)",
    "swap": "def attack(host): return not refused(host, 'swapon', None, 0)",
    "new_mount_calls": """
def attack(host):
    names = ('fsopen', 'open_tree', 'move_mount', 'mount_setattr')
    return not all(refused(host, name, -1, None, 0, None, 0) for name in names)
""",
    "host_name": "def attack(host): return libc.sethostname(b'x', 1) == 0",
    "clock": "def attack(host): return does(lambda: time.clock_settime(time.CLOCK_REALTIME, 0))",
    "core_pattern": """
def attack(host): return does(lambda: open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x'))
""",
    "sysrq": "def attack(host): return does(lambda: open('/proc/sysrq-trigger', 'w').write('h'))",
    "cgroup": "def attack(host): return does(lambda: os.listdir('/sys/fs/cgroup'))",
    "kernel_memory": "def attack(host): return does(lambda: open('/proc/kcore', 'rb').read(1))",
}
