"""Talking to anybody."""

NETWORK = {
    "connect_to_the_server": """
def attack(host): return does(lambda: socket.create_connection(('127.0.0.1', host['port']), 1))
""",
    "listen": "def attack(host): return does(lambda: socket.create_server(('127.0.0.1', 0)))",
    "send_udp": """
def attack(host):
    def send():
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))
    return does(send)
""",
    "ipv6": "def attack(host): return does(lambda: socket.socket(socket.AF_INET6))",
    "unix_socket": """
def attack(host): return does(lambda: socket.socket(socket.AF_UNIX).connect(host['unix']))
""",
    "abstract_unix_socket": """
def attack(host):
    return does(lambda: socket.socket(socket.AF_UNIX).connect(chr(0) + host['abstract']))
""",
    "netlink": """
def attack(host): return does(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
""",
    "raw_packets": """
def attack(host): return does(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
""",
    "to_the_hypervisor": "def attack(host): return does(lambda: socket.socket(socket.AF_VSOCK))",
    "look_up_a_name": """
def attack(host): return does(lambda: socket.getaddrinfo('example.org', 80))
""",
    "fetch_a_page": """
def attack(host):
    import urllib.request
    return does(lambda: urllib.request.urlopen(f"http://127.0.0.1:{host['port']}", timeout=1))
""",
    "connect_by_socketpair": """
def attack(host):
    ours, other = socket.socketpair()
    return does(lambda: other.connect(host['unix']))
""",
    "datagrams_by_socketpair": """
def attack(host):
    def send():
        ours, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        ours.sendto(b'x', host['datagram'])
    return does(send) or not refused(host, 'socketpair', 1, 2, 0, None)
""",
    "by_io_uring": "def attack(host): return not refused(host, 'io_uring_setup', 8, None)",
    "by_bash": """
def attack(host):
    line = f"exec 3<>/dev/tcp/127.0.0.1/{host['port']}"
    return subprocess.run(['/usr/bin/bash', '-c', line], capture_output=True).returncode == 0
""",
    "other_calling_convention": """
def attack(host):
    'x32: the same call under another number, unknown to a careless filter.'
    if os.uname().machine != 'x86_64':
        return False
    return libc.syscall(0x40000000 | number(host, 'socket'), 2, 1, 0) >= 0
""",
    "old_calling_convention": """
def attack(host):
    'int 0x80: socketcall of a 32-bit program, from machine code written here.'
    if os.uname().machine != 'x86_64':
        return False
    code = bytes.fromhex('b867010000' 'bb02000000' 'b901000000' '31d2' 'cd80' 'c3')  # socket = 359
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0
""",
}
