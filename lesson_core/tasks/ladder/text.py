"""Let the default model write the English part of the ladder's text.

    python -m lesson_core.tasks.ladder.text --build build/ladder --seconds 80

One line of `written.jsonl` per request: its number, the tokens drawn, the likeliest token at each
place, and the text where it passed the filters, else null. A second start goes on with the numbers
that are not there yet; what was under way when the time was over is asked for again.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from lesson_core import clock
from lesson_core.artefacts import home, registry
from lesson_core.model import weights
from lesson_core.tasks.bilingual import filters
from lesson_core.tasks.bilingual.prompts import Prompt
from lesson_core.tasks.ladder import prompts, writer
from lesson_core.text.tokenizer import Tokenizer

BUILD = Path("build/ladder")
SEED = 7
LONGEST_PROMPT = 96  # tokens


def numbers_in(path: Path) -> set[int]:
    """The requests that `path` already answers; a line that was cut off does not count."""
    if not path.exists():
        return set()
    lines = path.read_text(encoding="utf-8").splitlines()
    return {json.loads(line)["n"] for line in lines if line.endswith("}")}


def prompt_ids(tokenizer: Tokenizer, prompt: Prompt) -> list[int]:
    """What the model reads: the request as a chat, then the beginning of its answer."""
    ids = tokenizer.chat([{"role": "user", "content": prompt.ask}])
    return ids + (tokenizer.encode(prompt.lead) if prompt.lead else [])


def jobs(tokenizer: Tokenizer, seed: int, done: set[int]) -> Iterator[writer.Job]:
    """Endless requests, those of `done` left out."""
    for number in itertools.count():
        if number not in done:
            prompt = prompts.numbered(seed, number)
            limit = prompts.MAX_NEW.get(prompt.kind, prompts.LONGEST)
            yield writer.Job(number, prompt_ids(tokenizer, prompt)[:LONGEST_PROMPT], limit)


def line(tokenizer: Tokenizer, seed: int, answer: writer.Answer) -> str:
    """One answer as JSON."""
    prompt = prompts.numbered(seed, answer.job.number)
    finished = answer.ids[-1] in tokenizer.eos_ids
    text = filters.usable(prompt.lead + tokenizer.decode(answer.ids), finished=finished)
    return json.dumps({
        "n": answer.job.number,
        "kind": prompt.kind,
        "text": None if text is None else prompt.head + text,
        "ids": answer.ids,
        "best": answer.likeliest,
    })  # fmt: skip


def run(path: Path, *, seconds: float, slots: int, seed: int) -> None:
    """Add answers to `path` until `seconds` have passed."""
    folder = home.folder_of(registry.DEFAULT)
    tokenizer = Tokenizer.load(folder)
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    tables = writer.tables(slots, LONGEST_PROMPT + prompts.LONGEST)
    forward = writer.fast(model, registry.DEFAULT, slots * len(tables[0]))
    path.parent.mkdir(parents=True, exist_ok=True)
    done, start, tokens, kept = numbers_in(path), clock.now(), 0, 0
    pick = writer.sampler(seed * 1_000_003 + len(done))
    over = lambda: clock.now() - start > seconds  # noqa: E731
    waiting = jobs(tokenizer, seed, done)
    with path.open("a", encoding="utf-8", buffering=1) as file:  # a line at a time
        for answer in writer.write(forward, waiting, tables, pick, tokenizer.eos_ids[0], over):
            written = line(tokenizer, seed, answer)
            file.write(written + "\n")
            tokens, kept = tokens + len(answer.ids), kept + ('"text": null' not in written)
    rate = tokens / (clock.now() - start)
    sys.stderr.write(f"{len(done)} before; {tokens} tokens, {kept} kept, {rate:.0f} tok/s\n")


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--seconds", type=float, default=80)
    parser.add_argument("--slots", type=int, default=96)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    path = options.build / "written.jsonl"
    run(path, seconds=options.seconds, slots=options.slots, seed=options.seed)


if __name__ == "__main__":
    main()
