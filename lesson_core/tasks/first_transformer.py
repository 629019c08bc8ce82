"""A small Transformer that learns to reverse, copy or add digits while one watches.

The lab's own decoder-only model, one id per character: "493=394". The question is given; only
what follows the = is scored, and an answer counts when every digit of it is right. Questions that
are tested never occur in training.
"""

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.generate.decode import greedy
from lesson_core.model.cache import NoCache
from lesson_core.model.threads import using_threads
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.first_transformer import Task, TrainTransformer

LETTERS = "0123456789+=."
EQUALS, END = LETTERS.index("="), LETTERS.index(".")
BATCH, RATE, WARM_UP = 64, 3e-3, 50
TESTED, TELL_EVERY = 50, 20  # questions of a test; steps between two words


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where training stands. `loss` in nats per scored token, `right` of `tested` answers."""

    step: int
    seconds: float
    loss: float
    right: int
    tested: int
    samples: list[tuple[str, str, str]]  # question, answer given, right answer


def config(spec: TrainTransformer) -> ModelConfig:
    """Two layers, four heads, about 0.1 M parameters."""
    return ModelConfig(
        family="llama", n_layers=2, d_model=64, n_heads=4, n_kv_heads=4, d_head=16, d_ff=176,
        vocab_size=len(LETTERS), max_seq_len=length(spec), norm="rmsnorm", norm_eps=1e-5,
        positions="rope", rope_theta=10_000.0, mlp="swiglu", tied_head=False, qkv_bias=False,
        linear_bias=False, qk_norm=False,
    )  # fmt: skip


def length(spec: TrainTransformer) -> int:
    """Tokens of the longest line: both sides, the +, the = and the end."""
    return 3 * spec.digits + 4


def answer(task: Task, question: str) -> str:
    """The right answer: sums are written backwards, the ones first, as they are worked out."""
    if task == "reverse":
        return question[::-1]
    if task == "copy":
        return question
    one, other = question.split("+")
    width = len(one) + 1
    return str(int(one) + int(other)).zfill(width)[::-1]


def questions(spec: TrainTransformer, seed: int, tested: bool) -> Iterator[str]:
    """Random questions without end; a hash decides which are for testing, one in eight."""
    draw = random.Random(f"{spec.task}:{seed}:{tested}")
    while True:
        numbers = [
            "".join(draw.choice("0123456789") for _ in range(spec.digits))
            for _ in range(1 + (spec.task == "add"))
        ]
        text = "+".join(numbers)
        if (hashlib.sha256(text.encode()).digest()[0] % 8 == 0) == tested:
            yield text


def ids_of(text: str) -> list[int]:
    """One id per character."""
    return [LETTERS.index(letter) for letter in text]


def batch(task: Task, asked: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Inputs and targets [B, T], the next character each; the question's own are not scored."""
    lines = torch.tensor([ids_of(f"{one}={answer(task, one)}.") for one in asked])
    inputs, targets = lines[:, :-1], lines[:, 1:].clone()
    targets[:, : len(asked[0])] = -100
    return inputs, targets


def attend(causal: bool) -> NoCache:
    """A pass from the start; without the mask every place sees the whole line."""
    cache = NoCache()
    cache.mask = None if causal else torch.ones(1, 1, dtype=torch.bool)
    return cache


def loss_of(model: Transformer, inputs: Tensor, targets: Tensor, causal: bool = True) -> Tensor:
    """Mean −ln p of the scored characters: V outputs, V classes, one softmax."""
    scores = model(inputs, attend(causal))  # [B, T, V]
    return F.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=-100)


def train(
    spec: TrainTransformer, clock: Clock, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Step]:
    """`learn`, on one thread: matrices this small gain nothing from a second."""
    with using_threads(1):
        yield from learn(spec, clock, cancelled)


def learn(spec: TrainTransformer, clock: Clock, cancelled: Callable[[], bool]) -> Iterator[Step]:
    """Train for `seconds`, until every tested answer is right three times in a row, or `cancelled`.

    Tells of the first step, then of every twentieth.
    """
    torch.manual_seed(spec.seed)
    model = build(spec)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98))
    asked, begun, perfect = questions(spec, spec.seed, tested=False), clock(), 0
    step, done = 0, False
    while not done and not cancelled():
        rate = RATE * min(1.0, (step + 1) / WARM_UP, math.sqrt(10 * WARM_UP / (step + 1)))
        optimiser.param_groups[0]["lr"] = rate
        inputs, targets = batch(spec.task, [next(asked) for _ in range(BATCH)])
        loss = loss_of(model, inputs, targets, spec.causal)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        done = clock() - begun >= spec.seconds
        if done or step == 1 or step % TELL_EVERY == 0:
            told = test(spec, model, step, clock() - begun, float(loss.detach()))
            perfect = perfect + 1 if told.right == told.tested else 0
            done = done or perfect == 3
            yield told


def test(
    spec: TrainTransformer, model: Transformer, step: int, seconds: float, loss: float
) -> Step:
    """Answer the same unseen questions greedily; an answer is right as a whole or not at all."""
    source = questions(spec, 0, tested=True)
    asked = [next(source) for _ in range(TESTED)]
    prompts = torch.tensor([ids_of(f"{one}=") for one in asked])
    wanted = [answer(spec.task, one) for one in asked]
    model.eval()
    with torch.inference_mode():
        written = greedy(model, prompts, len(wanted[0]), attend(spec.causal)).tolist()
    model.train()
    given = ["".join(LETTERS[i] for i in row) for row in written]
    rows = list(zip(asked, given, wanted, strict=True))
    return Step(
        step=step, seconds=seconds, loss=loss, right=sum(g == w for _, g, w in rows),
        tested=TESTED, samples=rows[:4],
    )  # fmt: skip


def build(spec: TrainTransformer) -> Transformer:
    """The model with small random weights, with positions or without."""
    model = Transformer(config(spec))
    for parameter in model.parameters():
        if parameter.dim() == 2:
            torch.nn.init.normal_(parameter, std=0.08)
    if not spec.positions:
        model.rotary = None
    return model
