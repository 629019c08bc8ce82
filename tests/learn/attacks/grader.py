"""Wrong code that wants to be called right. The case expects a secret string that only the parent
knows; each of these returns, writes, patches or searches something instead."""

GRADER = {
    "leave_quietly": "def solve(x): os._exit(0)",
    "leave_politely": "def solve(x): sys.exit(0)",
    "leave_at_import": "os._exit(0)",
    "equal_to_everything": """
class Equal(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
def solve(x): return Equal('a')
""",
    "truthy_number": """
class Number(float):
    def __sub__(self, other): return 0.0
def solve(x): return Number(1)
""",
    "code_in_a_pickle": """
class Evil:
    def __reduce__(self): return (os.system, ('touch /tmp/evil',))
def solve(x): return Evil()
""",
    "forge_the_report": """
def solve(x):
    for fd in range(3, 64):
        for line in ({'case': 0, 'value': True, 'counts': None}, {'passed': True}, {'done': True}):
            does(lambda: os.write(fd, json.dumps(line).encode() + b'\\n'))
    return 'a'
""",
    "patch_the_wire": """
def solve(x):
    wire = sys.modules['lesson_core.learn.wire']
    wire.encode = lambda value: {'$': 'anything'}
    return 'a'
""",
    "patch_python": """
def solve(x):
    import builtins, math
    builtins.isinstance = builtins.all = lambda *a: True
    math.isclose = lambda *a, **k: True
    return 'a'
""",
    "search_memory": """
def solve(x):
    marker = 'expected' + '-answer-'
    for thing in gc.get_objects():
        if type(thing) is dict:
            thing = list(thing.values())
        for inner in thing if type(thing) in (list, tuple) else ():
            if type(inner) is str and inner.startswith(marker):
                return inner
    return 'a'
""",
    "search_own_memory_map": """
def solve(x):
    marker = ('expected' + '-answer-').encode()
    try:
        with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb') as memory:
            for line in maps:
                if ' rw' in line and ('heap' in line or line.rstrip().endswith(' 0')):
                    start, end = (int(part, 16) for part in line.split()[0].split('-'))
                    memory.seek(start)
                    data = memory.read(min(end - start, 2**26))
                    at = data.find(marker + b'1')
                    if at >= 0:
                        return data[at:at + 40].decode(errors='replace').split(chr(0))[0]
    except OSError:
        pass
    return 'a'
""",
    "search_frames": """
def solve(x):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            text = repr(value)
            if 'expected-answer' in text and 'marker' not in text:
                return text[text.index('expected-answer'):].split("'")[0]
        frame = frame.f_back
    return 'a'
""",
    "import_the_grader": """
def solve(x):
    import lesson_core.learn.judge as grader
    grader.difference = lambda *a: None
    return 'a'
""",
    "read_the_job_again": "def solve(x): return sys.__stdin__.read() or 'a'",
    "not_a_number": "def solve(x): return float('nan')",
    "endless_integer": "def solve(x): return 10 ** 4200",
    "nested_without_end": """
def solve(x):
    for fd in range(3, 64):
        does(lambda: os.write(fd, b'{"case": 0, "value": ' + b'[' * 30000 + b'\\n'))
    return 'a'
""",
    "nested_in_itself": """
def solve(x):
    me = []
    me.append(me)
    return me
""",
    "too_much_at_once": "def solve(x): return ['a' * 1000] * 100_000",
    "flood_of_results": """
def solve(x):
    while True:
        for fd in range(3, 16):
            does(lambda: os.write(fd, b'x' * 65536))
""",
    "flood_of_output": """
def solve(x):
    while True:
        os.write(1, b'x' * 65536)
""",
    "flood_of_complaints": """
def solve(x):
    while True:
        os.write(2, b'x' * 65536)
""",
    "half_a_character": "def solve(x): raise ValueError(chr(0xd800))",
    "angry_exception": """
class Angry(Exception):
    def __str__(self): os._exit(3)
def solve(x): raise Angry
""",
    "close_everything": """
def solve(x):
    os.closerange(0, 256)
    return 'a'
""",
    "crash": "def solve(x): ctypes.string_at(0)",
    "hidden_in_a_tensor": """
class Fake:
    dtype, shape = 'float32', (10 ** 12,)
    def tolist(self): return [0.0]
    def reshape(self, size): return self
def solve(x): return Fake()
""",
}
