"""The ladder's bundled rungs, measured again on the held-out text that lies beside them.

`rungs`: parameters without the embedding table and nats per token, fp32 arithmetic on the files as
they are. `exponent`, `r2`: the straight line on log-log axes; `monotone`: every larger rung loses
less. Needs nothing from `--data`.
"""

from pathlib import Path
from typing import Any

from lesson_core.artefacts import home, ladder
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.ladder import package
from lesson_core.tasks.ladder.rungs import named


def measure(data: Path) -> dict[str, Any]:
    """The losses and the law through them."""
    held = packing.Documents.load(ladder.HELD_OUT)
    rungs: list[dict[str, Any]] = [
        {
            "name": name,
            "params": named(name).params,
            "held_out": package.losses(home.folder_of(name), held),
        }
        for name in ladder.rungs()
    ]
    rows = [
        {"name": r["name"], "n": r["params"], "loss": r["held_out"]["all"]["nats_per_token"]}
        for r in rungs
    ]
    return {"rungs": rows, **package.fitted(rungs)}
