"""Judge every problem's own solutions: the reference must pass, each known mistake must be named.

    python -m lesson_core.learn.check_problems [ID …]

Each problem is drawn with several seeds. The last line is one JSON object.
"""

import argparse
import json
import sys
from collections.abc import Iterator

from lesson_core.learn.judge import Run
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import grade, prepare
from lesson_core.learn.problems.problem import Problem, load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.pool import Pool

SEEDS = (1, 2, 3)
MISTAKES = 3  # the fewest that a problem knows


def faults(problem: Problem, seeds: tuple[int, ...], run: Run) -> Iterator[str]:
    """What is not as promised: the reference, the starter, the mistakes and their words."""
    yield from _faults_of_words(problem)
    for seed in seeds:
        key = prepare(problem, seed, run)
        right = grade(key, problem.reference, run)
        if not right.passed:
            yield f"{problem.id}: the reference fails with seed {seed}: {right.verdict.first}"
        for name, code in problem.mistakes.items():
            found = grade(key, code, run)
            if found.passed:
                yield f"{problem.id}: {name} passes with seed {seed}"
            elif found.mistake != name:
                yield f"{problem.id}: {name} is told as {found.mistake!r} with seed {seed}"
    if grade(prepare(problem, seeds[0], run), problem.starter, run).passed:
        yield f"{problem.id}: the starter passes"


def _faults_of_words(problem: Problem) -> Iterator[str]:
    words = problem.words
    if len(words.wrong) < MISTAKES:
        yield f"{problem.id} knows {len(words.wrong)} mistakes; {MISTAKES} are the fewest"
    files = {path.stem for path in (problem.folder / "wrong").glob("*.py")}
    if files != set(words.wrong):
        yield f"{problem.id}: mistakes without words or file: {files ^ set(words.wrong)}"
    named = {probe.name for probe in problem.probes(1) if probe.name}
    if named != set(words.probes):
        yield f"{problem.id}: calls and their words differ: {named ^ set(words.probes)}"


def main() -> int:
    """Check the problems named, or all."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.learn.check_problems")
    parser.add_argument("ids", nargs="*", default=list(shelf.IDS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    options = parser.parse_args()
    standing = tiers.standing("127.0.0.1")
    pool = Pool(lambda torch: standing.plan(torch=torch))
    found, mistakes = [], 0
    for problem_id in options.ids:
        problem = load(problem_id)
        found += list(faults(problem, tuple(options.seeds), pool.run))
        mistakes += len(problem.words.wrong)
    pool.close()
    sys.stdout.writelines(f"{line}\n" for line in found)
    result = {"problems": len(options.ids), "mistakes": mistakes, "failures": len(found)}
    sys.stdout.write(json.dumps(result) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
