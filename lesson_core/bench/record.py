"""Record a run of the optimise lesson, for talks on machines that cannot run one.

`python -m lesson_core.bench record` measures every change in the order of the list on the default
model, alone, and writes assets/recorded/optimise.json: what the page shows, badged as recorded.
"""

import json
import sys
from typing import Any

from lesson_core.artefacts.registry import DEFAULT, REPOSITORY
from lesson_core.compute.lab import Lab
from lesson_core.compute.shelf import Shelf
from lesson_core.experiments import optimise
from lesson_core.schema.optimise import CHANGES, Optimise
from lesson_core.schema.recipe import Recipe

FILE = REPOSITORY / "assets" / "recorded" / "optimise.json"
LEFT_OUT = ("int4", "ffn")  # the order of the lesson's own default, and the look-up
PROMPT = (
    "Repeat this sentence twice, word for word: The lighthouse keeper wrote down the wind, "
    "the weather and the ships that passed."
)


def main() -> int:
    """Run, print a line per stage, write the file; the last line is JSON."""
    changes = tuple(change for change in CHANGES if change not in LEFT_OUT)
    spec = Optimise(recipe=Recipe(model=DEFAULT), changes=changes, prompt=PROMPT, new_tokens=48)
    lab: Any = Lab(shelf=Shelf(), cancelled=lambda: False)
    result = [event for event in optimise.run(spec, lab) if event.stage == "result"][-1].detail
    for stage in result["stages"]:
        steps = sorted(stage["samples"]["tpot_s"])
        print(f"{stage['change'] or 'plain':10} {1e3 * steps[len(steps) // 2]:7.1f} ms per token")
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(result, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    noisy = [stage["change"] for stage in result["stages"] if stage["noisy"]]
    print(json.dumps({"stages": len(result["stages"]), "noisy": noisy}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
