"""The command line of the load generator: a table, or JSON for other programs."""

import argparse
import json
import sys
from typing import Any, get_args

from lesson_core.artefacts.report import sentence
from lesson_core.errors import LabError
from lesson_core.schema.endpoint import Api, Load, Target
from lesson_core.serve.load import Generator
from lesson_core.serve.load_report import summary

ROWS = {
    "ttft": "TTFT", "ttft_naive": "  from sending", "tpot": "TPOT", "itl": "ITL",
    "e2e": "E2E", "e2e_naive": "  from sending", "late": "waited here",
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure a server; 0 if it answered anything, 1 with a sentence if not."""
    asked = _parser().parse_args(arguments)
    try:
        target = Target(url=asked.url, model=asked.model, api=asked.api, key_env=asked.key_env)
        load = Load(
            loop="closed" if asked.rate is None else "open", rate=asked.rate or 1.0,
            connections=_connections(asked), requests=asked.requests,
            prompt_words=asked.prompt_words, new_tokens=asked.new_tokens,
            timeout_s=asked.timeout, ttft_goal_s=asked.ttft_goal, tpot_goal_s=asked.tpot_goal,
            seed=asked.seed,
        )  # fmt: skip
        generator = Generator(target, load)
        generator.hello()
        found = summary(list(generator.run()), load)
    except LabError as problem:
        sys.stderr.write(sentence(problem) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    text = json.dumps(found) if asked.json else "\n".join(table(found, generator.model))
    sys.stdout.write(text + "\n")
    return 0 if found["answered"] else 1


def table(found: dict[str, Any], model: str) -> list[str]:
    """The report as lines of text."""
    lines = [
        f"{model}: {found['answered']} of {found['requests']} answered in "
        f"{found['duration_s']:.1f} s",
        f"{found['tokens_per_s']:.1f} tokens/s, {found['requests_per_s']:.2f} requests/s, "
        f"{found['goodput_per_s']:.2f} within both goals "
        f"({found['goodput_naive_per_s']:.2f} from sending)",
        "",
        f"{'ms':<16}{'p50':>10}{'p95':>10}{'p99':>10}{'n':>8}",
    ]
    for name, label in ROWS.items():
        row = found["latency"][name]
        cells = "".join(f"{_ms(row[p]):>10}" for p in ("p50", "p95", "p99"))
        lines.append(f"{label:<16}{cells}{row['n']:>8}")
    return [*lines, *_remarks(found)]


def _remarks(found: dict[str, Any]) -> list[str]:
    remarks = [
        f"{one['count']} ×  {sentence(LabError(f'endpoint_{kind}', **one['values']))}"
        for kind, one in found["failures"].items()
    ]
    usage = found["usage"]
    if usage["missing"]:
        remarks.append(f"{usage['missing']} answers came without the server's count of tokens; "
                       "pieces of text are counted instead.")  # fmt: skip
    if usage["wrong"]:
        e = usage["example"]
        remarks.append(f"{usage['wrong']} counts cannot be true, for example {e['said']} tokens "
                       f"for {e['pieces']} pieces, {e['bytes']} bytes.")  # fmt: skip
    return ["", *remarks] if remarks else []


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1e3:,.1f}"


def _connections(asked: argparse.Namespace) -> int:
    if asked.connections is not None:
        return int(asked.connections)
    return 4 if asked.rate is None else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lesson_core.serve.load",
        description="Measure an OpenAI-compatible server: latency from when a request was due.",
    )
    parser.add_argument("url", help="for example http://127.0.0.1:8000")
    parser.add_argument("--model", default="", help="default: the first that the server lists")
    parser.add_argument("--api", default="completions", choices=get_args(Api))
    parser.add_argument("--key-env", default="", metavar="VAR",
                        help="variable with the API key: LAB_API_KEY or LAB_API_KEY_…")  # fmt: skip
    parser.add_argument("--rate", type=float, help="requests per second: an open loop")
    parser.add_argument("--connections", type=int, help="closed loop: users (4); open: at most")
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--prompt-words", type=int, default=32)
    parser.add_argument("--new-tokens", type=int, default=16)
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds per request")
    parser.add_argument("--ttft-goal", type=float, default=1.0, help="seconds")
    parser.add_argument("--tpot-goal", type=float, default=0.2, help="seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    return parser
