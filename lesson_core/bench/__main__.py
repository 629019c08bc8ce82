"""`python -m lesson_core.bench NAME`: one benchmark of the whole product; its last line is JSON."""

import importlib
import sys

BENCHES = {
    "abilities": "lesson_core.bench.abilities",
    "distil": "lesson_core.bench.distil",
    "draft": "lesson_core.bench.draft",
    "durability": "lesson_core.bench.durability",
    "engine": "lesson_core.bench.engine",
    "judge": "lesson_core.bench.judge",
    "kills": "lesson_core.bench.kills",
    "live": "lesson_core.bench.live",
    "parallel": "lesson_core.bench.parallel",
    "practice": "lesson_core.bench.practice",
    "predict": "lesson_core.bench.predict",
    "record": "lesson_core.bench.record",
    "serving": "lesson_core.bench.serving",
    "simulator": "lesson_core.bench.simulator",
    "speculative": "lesson_core.bench.speculative",
    "ui": "lesson_core.bench.ui",
}


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in BENCHES:
        print(f"usage: python -m lesson_core.bench {{{','.join(sorted(BENCHES))}}}")
        return 2
    del sys.argv[1]  # the rest belongs to the benchmark
    code: int = importlib.import_module(BENCHES[name]).main()
    return code


if __name__ == "__main__":
    sys.exit(main())
