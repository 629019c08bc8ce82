"""More memory than there is for one, by ways that a limit of one process does not count."""

MEMORY = {
    "one_block": "def attack(host): return does(lambda: bytearray(8 * 2**30))",
    "many_children": """
def attack(host):
    for _ in range(8):
        if os.fork() == 0:
            held = bytearray(os.urandom(1)) * (100 * 2**20)
            time.sleep(60)
    time.sleep(60)
""",
    "little_by_little": """
def attack(host):
    held = []
    while True:
        held.append(bytearray(os.urandom(1)) * 2**20)
""",
    "shared_anonymous": """
def attack(host):
    held = []
    while True:
        block = mmap.mmap(-1, 16 * 2**20)
        block.write(b'x' * (16 * 2**20))
        held.append(block)
""",
    "memory_files": "def attack(host): return not refused(host, 'memfd_create', None, 0)",
    "secret_memory": "def attack(host): return not refused(host, 'memfd_secret', -1)",
    "system_v_shared": "def attack(host): return not refused(host, 'shmget', 0, 0, 0)",
    "message_queues": "def attack(host): return not refused(host, 'mq_open', None, 0, 0, None)",
    "posix_shared": """
def attack(host):
    from multiprocessing import shared_memory
    return does(lambda: shared_memory.SharedMemory(create=True, size=2**20))
""",
    "full_pipes": """
def attack(host):
    'The kernel keeps what nobody reads: counted for nobody.'
    import fcntl
    held = 0
    try:
        for _ in range(1000):
            reading, writing = os.pipe()
            os.set_blocking(writing, False)
            size = fcntl.fcntl(writing, 1031, 2**20)
            held += os.write(writing, bytes(size))
    except OSError:
        pass
    return held > 128 * 2**20
""",
    "lock_memory": """
def attack(host): return libc.mlockall(3) == 0 and does(lambda: bytearray(512 * 2**20))
""",
    "stack": """
def attack(host):
    sys.setrecursionlimit(10**9)
    def deeper(n): return deeper(n + 1) + 1
    return deeper(0)
""",
}
