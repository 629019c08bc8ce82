"""Judge every problem's own solutions: the reference must pass, each known mistake must be named.

    python -m lesson_core.learn.check_problems [ID …]

Each problem is drawn with several seeds. The last line is one JSON object.
"""

import argparse
import json
import sys
from collections.abc import Iterator

from lesson_core.learn import words
from lesson_core.learn.judge import Run, Verdict, weighed
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import grade, graded, keyed, together
from lesson_core.learn.problems.problem import Problem, load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.run import Outcome

SEEDS = (1, 2, 3)
STARTER = "the starter"
MISTAKES = 3  # the fewest that a problem knows


def faults(problem: Problem, seeds: tuple[int, ...], run: Run) -> Iterator[str]:
    """What is not as promised: the reference, the starter, the mistakes and their words.

    The first seed judges the reference as it judges a learner; all others run together.
    """
    yield from _faults_of_words(problem)
    for seed in seeds:
        found = together(problem, seed, {**problem.mistakes, STARTER: problem.starter}, run)
        key = keyed(problem, seed, found)
        for name in problem.mistakes:
            told = graded(key, key.known[name])
            yield from _untold(problem, told.verdict)
            if told.passed:
                yield f"{problem.id}: {name} passes with seed {seed}"
            elif told.mistake != name:
                yield f"{problem.id}: {name} is told as {told.mistake!r} with seed {seed}"
        for name, right in (("", True), (STARTER, False)):
            verdict = weighed(key.task, Outcome("done", found[name]))
            if verdict.passed != right:
                solution = name or "the reference"
                yield f"{problem.id}: {solution} with seed {seed}: {verdict.first or 'passes'}"
        if seed == seeds[0] and not (alone := grade(key, problem.reference, run)).passed:
            yield f"{problem.id}: the reference alone fails: {alone.verdict.first}"


def _faults_of_words(problem: Problem) -> Iterator[str]:
    said = problem.words
    if len(said.wrong) < MISTAKES:
        yield f"{problem.id} knows {len(said.wrong)} mistakes; {MISTAKES} are the fewest"
    files = {path.stem for path in (problem.folder / "wrong").glob("*.py")}
    if files != set(said.wrong):
        yield f"{problem.id}: mistakes without words or file: {files ^ set(said.wrong)}"
    named = {probe.name for probe in problem.probes(1) if probe.name}
    if named != set(said.probes):
        yield f"{problem.id}: calls and their words differ: {named ^ set(said.probes)}"


def _untold(problem: Problem, verdict: Verdict) -> Iterator[str]:
    """Rules that were broken and have no sentence, or one with places that stay open."""
    for found in verdict.problems:
        if found is None or found.code != "judge_rule":
            continue
        said = problem.words.rules.get(str(found.values["rule"]))
        places = words.placeholders(f"{said.en} {said.zh}") if said else {"a sentence"}
        if not places <= set(found.values):
            yield f"{problem.id}: the rule {found} has no whole sentence"


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
