"""Reading, changing and filling what is not the learner's."""

FILES = {
    "read_a_secret": "def attack(host): return does(lambda: open(host['secret']).read())",
    "change_a_secret": """
def attack(host): return does(lambda: open(host['secret'], 'a').write('x'))
""",
    "delete_a_secret": "def attack(host): return does(lambda: os.remove(host['secret']))",
    "list_the_data_folder": "def attack(host): return does(lambda: os.listdir(host['home']))",
    "read_accounts": "def attack(host): return does(lambda: open('/etc/passwd').read())",
    "read_passwords": "def attack(host): return does(lambda: open('/etc/shadow').read())",
    "read_the_grader": """
def attack(host):
    return does(lambda: open(host['root'] + '/lesson_core/learn/judge.py').read())
""",
    "find_the_project": """
def attack(host):
    for folder, inner, files in os.walk('/'):
        inner[:] = [name for name in inner if name not in ('proc', 'site-packages')]
        if 'compare.py' in files and folder.endswith('learn'):
            return True
    return False
""",
    "symlink_to_a_secret": """
def attack(host):
    def follow():
        os.symlink(host['secret'], '/tmp/link')
        open('/tmp/link').read()
    return does(follow)
""",
    "hard_link_to_a_secret": """
def attack(host): return does(lambda: os.link(host['secret'], '/tmp/hard'))
""",
    "link_out_by_proc_root": """
def attack(host):
    return any(does(lambda: open(f'/proc/{pid}/root' + host['secret']).read())
               for pid in ('1', '2', 'self', str(host['server'])))
""",
    "folder_of_the_server": """
def attack(host): return does(lambda: os.listdir(f"/proc/{host['server']}/cwd/lesson_core"))
""",
    "change_the_library": "def attack(host): return does(lambda: open(os.__file__, 'a'))",
    "plant_a_pth": """
def attack(host):
    folder = [path for path in sys.path if path.endswith('site-packages')][0]
    return does(lambda: open(folder + '/evil.pth', 'w').write('import os'))
""",
    "change_the_judged_process": """
def attack(host):
    file = sys.modules['lesson_core.learn.judge_main'].__file__
    return does(lambda: os.chmod(file, 0o777)) or does(lambda: open(file, 'a'))
""",
    "write_to_the_root": "def attack(host): return does(lambda: open('/x', 'w'))",
    "write_to_devices": "def attack(host): return does(lambda: open('/dev/x', 'w'))",
    "fill_dev_shm": """
def attack(host): return does(lambda: open('/dev/shm/x', 'wb').write(bytes(2**20)))
""",
    "make_a_device": "def attack(host): return does(lambda: os.mknod('/tmp/d', 0o60666, 0x0800))",
    "open_a_disk": """
def attack(host):
    return any(does(lambda: open('/dev/' + name, 'rb')) for name in ('sda', 'vda', 'mem', 'kmsg'))
""",
    "mount_again": """
def attack(host): return libc.mount(b'none', b'/', None, 32, None) == 0
""",
    "mount_over": """
def attack(host): return libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None) == 0
""",
    "unmount": """
def attack(host): return libc.umount2(b'/tmp', 2) == 0 or libc.umount2(b'/usr', 2) == 0
""",
    "chroot": "def attack(host): return does(lambda: os.chroot('/tmp'))",
    "open_by_handle": """
def attack(host): return not refused(host, 'open_by_handle_at', -1, None, 0)
""",
    "fill_tmp": """
def attack(host):
    written = 0
    try:
        for n in range(100):
            with open(f'/tmp/{n}', 'wb') as file:
                for _ in range(15):
                    written += file.write(bytes(2**20))
                    if written > host['tmp_bytes']:
                        return True
    except OSError:
        pass
    return False
""",
    "one_huge_file": """
def attack(host):
    with open('/tmp/huge', 'wb') as file:
        return does(lambda: os.truncate(file.fileno(), 2**40))
""",
    "endless_file_names": """
def attack(host):
    made = 0
    try:
        while made < 10**7 and time.monotonic() - START < 1.5:
            os.mkdir(f'/tmp/{made}')
            made += 1
    except OSError:
        pass
    return made > 2_000_000
START = time.monotonic()
""",
    "open_files_without_end": """
def attack(host):
    return does(lambda: [os.open('/dev/null', 0) for _ in range(5000)])
""",
    "set_user_id_program": """
def attack(host):
    def make():
        import shutil
        shutil.copy('/usr/bin/id', '/tmp/id')
        os.chmod('/tmp/id', 0o4755)
        os.chown('/tmp/id', 0, 0)
    return does(make)
""",
}
