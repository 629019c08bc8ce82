"""Train a rung as the default model's draft: the same recipe, the default model's own words.

    python -m lesson_core.tasks.ladder.draft --build build/ladder --seconds 80

It reads chats, the request and the answer, in those 8,191 tokens of the default model that come
most often; all others are one token that it never says. What it learns at each place of an answer
is the token that the default model held for the likeliest there, as the text was written: its
guess is right when it is the same. Stops after `seconds`; the same command goes on from there.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core import clock
from lesson_core.artefacts import home, registry
from lesson_core.generate.speculative_subset import OTHER, Subset
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.train import Log, step_once
from lesson_core.tasks.ladder import prompts
from lesson_core.tasks.ladder.held_out import IGNORED
from lesson_core.tasks.ladder.package import MODELS
from lesson_core.tasks.ladder.prepare import REPEATED, is_held_out
from lesson_core.tasks.ladder.rungs import Rung
from lesson_core.tasks.ladder.text import BUILD, LONGEST_PROMPT, SEED, prompt_ids
from lesson_core.tasks.ladder.train import SAVE_EVERY, Settings, one_cycle, optimizer_for
from lesson_core.text.tokenizer import Tokenizer

SIZE = 8192
DRAFT = Rung(
    name="ladder-draft", n_layers=4, d_model=192, n_kv_heads=2, d_ff=512, vocab_size=SIZE
)  # fmt: skip
TOKENS = 2_500_000
NOT_LEARNT = 2**16 - 1  # in a row of ids: nothing to guess here

Chat = tuple[list[int], list[int], list[int]]  # request, answer, likeliest token at each place


def chats(path: Path, tokenizer: Tokenizer, seed: int) -> Iterator[tuple[bool, Chat]]:
    """Every answer with its request, refused ones too, and whether it is held out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("}"):
            written = json.loads(line)
            prompt = prompts.numbered(seed, written["n"])
            out = prompt.kind not in REPEATED and is_held_out(prompt.ask + prompt.lead)
            ids = prompt_ids(tokenizer, prompt)[:LONGEST_PROMPT]
            yield out, (ids, written["ids"], written["best"])


def commonest(found: Iterable[Chat], size: int, vocab_size: int) -> Subset:
    """The tokens that answers and requests are mostly made of; place 0 is for all others."""
    counts = Counter[int]()
    for request, answer, best in found:
        counts.update(request + answer + best)
    chosen = sorted(token for token, _ in counts.most_common(size - 1))
    spare = (token for token in range(vocab_size) if token not in counts)
    while len(chosen) < size - 1:
        chosen.append(next(spare))
    return Subset(torch.tensor([0, *chosen]), vocab_size)


def rows(found: list[Chat], subset: Subset) -> tuple[packing.Documents, packing.Documents]:
    """What is read, and what is to be guessed at each place: two rows of equal length."""
    read, wanted = [], []
    for request, answer, best in found:
        named = [place or NOT_LEARNT for place in subset.narrow(best)]
        read.append(("en", subset.narrow(request + answer), 0))
        wanted.append(("en", [NOT_LEARNT] * len(request) + named, 0))
    return packing.gather(read), packing.gather(wanted)


def batches(
    read: packing.Documents, wanted: packing.Documents, settings: Settings, skip: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless ids to read and ids to guess, each [B, T]; both are shuffled and cut alike."""
    number = epoch = 0
    while True:
        seed, length = settings.seed + epoch, settings.length + 1
        waiting: list[tuple[np.ndarray, np.ndarray]] = []
        pairs = zip(
            packing.rows(read, length, seed), packing.rows(wanted, length, seed), strict=True
        )
        for pair in pairs:
            waiting.append(pair)
            if len(waiting) == settings.batch:
                if number >= skip:
                    ids, guess = (
                        torch.from_numpy(np.stack(part)) for part in zip(*waiting, strict=True)
                    )
                    yield ids[:, :-1], guess[:, 1:].masked_fill(guess[:, 1:] == NOT_LEARNT, IGNORED)
                number, waiting = number + 1, []
        epoch += 1


def loss_of(model: Transformer, ids: Tensor, wanted: Tensor) -> Tensor:
    """Mean nats of the tokens to guess, [B, T] each."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(ids, NoCache())  # [B, T, vocab]
    return F.cross_entropy(logits.float().flatten(0, 1), wanted.flatten(), ignore_index=IGNORED)


@torch.no_grad()
def agreement(model: Transformer, held: list[Chat], subset: Subset) -> float:
    """How often the draft's likeliest token is the default model's, in held-out answers."""
    same = places = 0
    for request, answer, best in held:
        logits = model(torch.tensor([subset.narrow(request + answer)]), NoCache())[0]
        guessed = logits[len(request) - 1 : -1].argmax(dim=-1).tolist()
        # OTHER stands for all that the draft cannot say: never right
        same += sum(g == b != OTHER for g, b in zip(guessed, subset.narrow(best), strict=True))
        places += len(best)
    return same / places


def train(
    found: list[Chat], held: list[Chat], subset: Subset, folder: Path, settings: Settings,
    seconds: float, rung: Rung = DRAFT,
) -> Transformer | None:  # fmt: skip
    """The trained draft, or None when `seconds` were over first."""
    start, state = clock.now(), folder / "state.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    model = checkpoint.fresh(rung.config, settings.seed)
    optimizer = optimizer_for(model)
    done = checkpoint.load_state(model, optimizer, state)
    step, log = int(done.get("step", 0)), Log(folder / "train.jsonl", done.get("minutes", 0.0))
    loss = torch.compile(loss_of, dynamic=False) if settings.compile else loss_of
    for ids, wanted in batches(*rows(found, subset), settings, step):
        if step == settings.steps or clock.now() - start > seconds:
            break
        rate = rung.peak * one_cycle((step + 1) / (settings.steps + 1))
        value = step_once(model, optimizer, loss(model, ids, wanted), rate)
        step += 1
        if step % SAVE_EVERY == 0:
            checkpoint.save_state(model, optimizer, {"step": step, "minutes": log.minutes}, state)
            log.say(step=step, loss=round(value, 3), agreement=agreement(model, held[:40], subset))
    checkpoint.save_state(model, optimizer, {"step": step, "minutes": log.minutes}, state)
    return model if step == settings.steps else None


def main() -> None:
    """Read the options, train, and package when it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--seconds", type=float, default=math.inf)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = Tokenizer.load(home.folder_of(registry.DEFAULT))
    every = list(chats(options.build / "written.jsonl", tokenizer, SEED))
    found, held = ([chat for out, chat in every if out is side] for side in (False, True))
    subset = commonest(found, SIZE, tokenizer.vocab_size)
    settings, folder = Settings(tokens=options.tokens), options.build / DRAFT.name
    model = train(found, held, subset, folder, settings, options.seconds)
    if model is None:
        return
    target = options.models / DRAFT.name
    checkpoint.export(model, target, DRAFT.hub_config, torch.bfloat16)
    subset.save(target)
    report = {
        "agreement": round(agreement(model, held, subset), 4),
        "answers": len(found),
        "held_out": len(held),
        "steps": settings.steps,
        "tokens": settings.steps * settings.batch * settings.length,
        "params": DRAFT.params,
        "embedding_params": SIZE * DRAFT.d_model,
    }
    (folder / "result.json").write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
