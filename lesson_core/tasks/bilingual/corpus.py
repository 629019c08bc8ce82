"""Let the default model write the English part of the training text.

    python -m lesson_core.tasks.bilingual.corpus --minutes 30

Each line of `build/bilingual/generated.jsonl` is one kept text. Prompts of equal token length go
through the model side by side, so nothing is padded. The work is cut into numbered batches with
their own seeds: a second start goes on after the last finished one.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import torch

from lesson_core import clock
from lesson_core.artefacts import home, registry
from lesson_core.model import weights
from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import filters, prompts
from lesson_core.text.tokenizer import Tokenizer

OUT = Path("build/bilingual/generated.jsonl")
MAX_NEW = {"question": 64, "because": 64, "fact": 72, "story": 128}
TOP_K, TOP_P, TEMPERATURE = 64, 0.9, 0.6  # 0.8 and 0.95 wrote too much nonsense


def batches(
    tokenizer: Tokenizer, size: int, seed: int
) -> Iterator[list[tuple[prompts.Prompt, list[int]]]]:
    """Endless batches of prompts of one kind and one token length, in an order fixed by `seed`."""
    rng = random.Random(seed)
    waiting: dict[tuple[str, int], list[tuple[prompts.Prompt, list[int]]]] = defaultdict(list)
    while True:
        prompt = prompts.draw(rng)
        ids = tokenizer.chat([{"role": "user", "content": prompt.ask}])
        ids = ids + (tokenizer.encode(prompt.lead) if prompt.lead else [])
        group = waiting[prompt.kind, len(ids)]
        group.append((prompt, ids))
        if len(group) == size:
            yield group.copy()
            group.clear()


def pick(logits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """One sampled id per row, from the top 64 and then the top 90 % of the probability.

    logits [B, V] -> ids [B, 1]
    """
    best, ids = torch.topk(logits.float(), min(TOP_K, logits.shape[-1]))  # [B, K], falling
    probs = torch.softmax(best / TEMPERATURE, dim=-1)
    before = probs.cumsum(dim=-1) - probs
    probs = probs.masked_fill(before > TOP_P, 0.0)
    return ids.gather(1, torch.multinomial(probs, 1, generator=generator))


@torch.inference_mode()
def write(
    model: Transformer, rows: list[list[int]], max_new: int, eos: int, seed: int
) -> list[list[int]]:
    """Continue every row (all of one length) by up to `max_new` ids, the closing `eos` included."""
    generator = torch.Generator().manual_seed(seed)
    dtype = next(model.parameters()).dtype
    cache = new_cache("preallocated", model.config, len(rows), len(rows[0]) + max_new, dtype, "cpu")
    token = torch.tensor(rows)  # [B, T]
    columns, alive = [], torch.ones(len(rows), dtype=torch.bool)
    for _ in range(max_new):
        token = pick(model.last_logits(token, cache), generator)  # [B, 1]
        columns.append(token)
        alive &= token[:, 0] != eos
        if int(alive.sum()) <= len(rows) // 16:  # the last few are cut to whole sentences
            break
    out = torch.cat(columns, dim=1).tolist()
    return [row[: row.index(eos) + 1] if eos in row else row for row in out]


def texts(
    tokenizer: Tokenizer, batch: list[tuple[prompts.Prompt, list[int]]], written: list[list[int]]
) -> Iterator[dict[str, str]]:
    """The documents of a batch that pass the filters."""
    for (prompt, _), ids in zip(batch, written, strict=True):
        finished = ids[-1] in tokenizer.eos_ids
        text = filters.usable(prompt.lead + tokenizer.decode(ids), finished=finished)
        if text is not None:
            yield {"kind": prompt.kind, "text": prompt.head + text}


def done_batches(path: Path) -> int:
    """How many batches `path` already holds."""
    if not path.exists():
        return 0
    lines = path.read_text(encoding="utf-8").splitlines()
    return max((json.loads(line)["batch"] + 1 for line in lines if line.endswith("}")), default=0)


def run(out: Path, *, minutes: float, size: int, seed: int, dtype: torch.dtype) -> None:
    """Write batches to `out` until `minutes` have passed."""
    folder = home.folder_of(registry.DEFAULT)
    tokenizer, model = Tokenizer.load(folder), weights.load(folder, dtype=dtype, device="cpu")
    out.parent.mkdir(parents=True, exist_ok=True)
    skip, start, tokens = done_batches(out), clock.now(), 0
    with out.open("a", encoding="utf-8") as file:
        for number, batch in enumerate(batches(tokenizer, size, seed)):
            if clock.now() - start > minutes * 60:
                return
            if number < skip:
                continue
            limit = MAX_NEW[batch[0][0].kind]
            written = write(
                model,
                [ids for _, ids in batch],
                limit,
                tokenizer.eos_ids[0],
                seed * 100_003 + number,
            )
            for document in texts(tokenizer, batch, written):
                file.write(json.dumps({"batch": number, **document}) + "\n")
            file.flush()
            tokens += sum(map(len, written))
            rate = tokens / (clock.now() - start)
            sys.stderr.write(f"batch {number}: {tokens} tokens, {rate:.0f} tok/s\n")


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dtype = torch.bfloat16 if options.precision == "bf16" else torch.float32
    run(options.out, minutes=options.minutes, size=options.batch, seed=options.seed, dtype=dtype)


if __name__ == "__main__":
    main()
