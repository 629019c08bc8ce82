"""From code to verdict, in the strongest sandbox that this machine gives."""

import re
from typing import Any

import pytest

from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.learn.judge import Case, Task, judge, weighed
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import MIB, SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.run import Answer, Job, Outcome, Sandbox, answers
from lesson_core.learn.wire import decode, encode

SMALL = SHARED.but(wall_s=3.0, memory_bytes=512 * MIB, processes=8, tmp_bytes=8 * MIB)
SQUARES = Task("square", (Case((2,), 4), Case((-3,), 9)))


def run(job: Job, torch: bool = False) -> Outcome:
    tier = tiers.decide(False, tiers.probes()).tier
    assert tier is not None
    return Sandbox(plan(tier, SMALL, torch=torch)).run(job)


def test_right_code_passes() -> None:
    verdict = judge(SQUARES, "def square(x):\n    print('at', x)\n    return x * x", run)
    assert verdict.passed and verdict.first is None
    assert verdict.outcome.stdout == "at 2\nat -3\n"


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        ("def square(x): return 2 * x", "judge_value", r"result is -6; it should be 9"),
        ("def square(x): return str(x)", "judge_type", "type of result is str; it should be int"),
        ("def squared(x): return x * x", "judge_no_function", "no square"),
        ("def square(x) return x", "judge_syntax", r"Line 1 is not Python: expected ':'\.$"),
        ("def square(x):\n    return x / 0", "judge_raised", "Line 2 raised ZeroDivisionError"),
        ("def square(): return 4", "judge_call", "TypeError"),
        ("import nothing_there", "judge_raised", "Line 1 raised ModuleNotFoundError"),
        ("square = 4", "judge_call", "not callable"),
        ("def square(x): return object()", "judge_unsendable", "a object is neither"),
        ("def square(x): return square(x)", "judge_raised", "RecursionError"),
        ("def square(x): return bytearray(2 ** 40)", "judge_hit_memory", "more memory"),
        ("def square(x): exit(7)", "judge_quit", "Line 1 ended the program"),
        ("def square(x):\n    assert 0", "judge_raised_bare", r"Line 2 raised AssertionError\.$"),
        ("def square(x): x * x", "judge_none", "type int. Is a return missing"),
        ("import os\ndef square(x): os._exit(7)", "judge_exit", "exit code 7"),
        ("import os\ndef square(x): os.abort()", "judge_crash", "crashed"),
        ("import socket\ndef square(x): socket.socket()", "judge_hit_forbidden", "forbidden"),
        (
            "import os\ndef square(x):\n    with open('/tmp/x', 'wb') as file:\n"
            "        os.posix_fallocate(file.fileno(), 0, 2 ** 36)",
            "judge_hit_disk", "more than there is room for",
        ),
        (
            "import threading, time\ndef square(x):\n    for _ in range(99):\n        "
            "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
            "judge_hit_processes", "the limit is reached",
        ),
        ("def square(x):\n    while True: pass", "judge_time", "longer than 3 seconds"),
    ],
)  # fmt: skip
def test_wrong_code_is_told_what_is_wrong(code: str, expected: str, said: str) -> None:
    if tiers.decide(False, tiers.probes()).tier != "A" and expected.startswith("judge_hit"):
        pytest.skip("what is forbidden depends on the tier: bubblewrap does not run here")
    first = judge(SQUARES, code, run).first
    assert first is not None and first.code == expected
    assert re.search(said, words.t("en", f"errors.{first.code}", **first.values))
    assert words.t("zh", f"errors.{first.code}", **first.values)


def test_answers_before_the_end_are_kept() -> None:
    verdict = judge(SQUARES, "def square(x):\n    while x < 0: pass\n    return x * x", run)
    assert verdict.ended is not None and verdict.ended.code == "judge_time"
    assert verdict.problems[0] is None
    assert verdict.problems[1] is not None and verdict.problems[1].code == "judge_no_answer"


def test_a_driver_uses_a_class() -> None:
    driver = (
        "def drive(learner, puts):\n    box = learner.Box()\n    return [box.put(x) for x in puts]"
    )
    code = (
        "class Box:\n    n = 0\n    def put(self, x):\n        self.n += x\n        return self.n"
    )
    task = Task("Box", (Case(([1, 2, 3],), [1, 3, 6]),), driver=driver)
    assert judge(task, code, run).passed


def test_code_that_breaks_the_compiler_is_not_taken_for_a_call() -> None:
    early = Answer(error={"type": "RecursionError", "message": "deep", "lines": [], "limit": ""})
    first = weighed(SQUARES, Outcome("done", {-1: early})).first
    assert first is not None and first.code == "judge_unreadable"
    assert "RecursionError: deep" in words.t("en", f"errors.{first.code}", **first.values)


def test_a_rule_judges_and_survives_what_it_did_not_expect() -> None:
    def sums_to_one(arguments: tuple[Any, ...], value: Any) -> LabError | None:
        return None if abs(sum(value) - 1) < 1e-9 else LabError("judge_unfit", got=value)

    task = Task("share", (Case((4,), accept=sums_to_one),))
    assert judge(task, "def share(n): return [1 / n] * n", run).passed
    for wrong in ("[1] * n", "None", "['a']", "{'a': {}}"):
        first = judge(task, f"def share(n): return {wrong}", run).first
        assert first is not None and first.code == "judge_unfit"


COUNTED = Task("add", (Case((100,), 5050, at_most={"lines": 20}),), count="lines")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def add(n): return n * (n + 1) // 2", None),
        ("def add(n):\n    s = 0\n    for k in range(n + 1):\n        s += k\n    return s",
         "judge_too_much"),
        ("import sys\ndef add(n):\n    sys.settrace(None)\n    return 5050", "judge_uncounted"),
    ],
)  # fmt: skip
def test_lines_are_counted(code: str, expected: str | None) -> None:
    first = judge(COUNTED, code, run).first
    assert (first and first.code) == expected


def test_tensors_come_and_go_and_their_work_is_counted() -> None:
    import torch

    left, right = torch.ones(4, 8), torch.arange(16.0).reshape(8, 2)
    flops = {"flops": 2 * 4 * 8 * 2, "mm": 1}
    case = Case((left, right), decode(encode(left @ right)), at_most=flops)
    task = Task("product", (case, case, case), torch=True, count="torch")
    code = """
ways = iter([lambda a, b: a @ b, lambda a, b: [a @ b for _ in range(4)][0],
             lambda a, b: (a @ b).T])
def product(a, b): return next(ways)(a, b)
"""
    first, second, third = judge(task, code, run).problems
    assert first is None
    assert second is not None and second.values == {"what": "flops", "done": 512, "limit": 128}
    assert third is not None and third.code == "judge_shape"


def test_nonsense_on_the_pipe_is_left_out() -> None:
    lines = [
        "x", "[]", "{}", '{"case": true, "value": 1, "counts": null}', '{"case": 0}',
        '{"case": 0, "error": 5}', '{"case": 0, "error": {"lines": 3}}', "[" * 5000,
        '{"case": 0, "value": ' + "9" * 5000 + ', "counts": null}',
        '{"case": 0, "value": 3, "counts": [1]}', '{"case": 0, "value": 4, "counts": null}',
    ]  # fmt: skip
    found = answers("\n".join(lines))
    assert list(found) == [0] and found[0].value == 3 and found[0].counts is None


def test_code_that_is_too_long_is_not_started() -> None:
    with pytest.raises(LabError, match="judge_source_long"):
        run(Job("#" * 70_000, "f", ()))


class TestPool:
    @pytest.fixture
    def pool(self) -> Any:
        tier = tiers.decide(False, tiers.probes()).tier
        assert tier is not None
        # Which imports make a start slow does not matter here: without any it is quick.
        made = Pool(lambda torch: plan(tier, SMALL), at_once=1, wait_s=0.2)
        yield made
        made.close()

    def test_a_run_never_meets_the_one_before(self, pool: Pool) -> None:
        """The second runs in the spare that was started beside the first."""
        code = (
            "import math\ndef mark():\n    found = hasattr(math, 'marked')\n"
            "    math.marked = True\n    return found"
        )
        pool.warm()
        spare = pool._spare
        first = pool.run(Job(code, "mark", ((),)), torch=True)
        assert pool._spare is not None and pool._spare is not spare
        second = pool.run(Job(code, "mark", ((),)), torch=True)
        assert [found.answers[0].value for found in (first, second)] == [False, False]

    def test_a_dead_spare_is_replaced(self, pool: Pool) -> None:
        pool.warm()
        assert pool._spare is not None
        pool._spare.close()
        assert pool.run(Job("def f(): return 1", "f", ((),)), torch=True).answers[0].value == 1

    def test_too_many_at_once_are_told_so(self, pool: Pool) -> None:
        assert pool._slots.acquire(blocking=False)
        with pytest.raises(LabError, match="judge_busy"):
            pool.run(Job("def f(): return 1", "f", ((),)))
