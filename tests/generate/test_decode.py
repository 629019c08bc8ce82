"""The order of events, where an answer ends, and that a batch is its rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import generate, greedy
from lesson_core.model.cache import new_cache
from lesson_core.schema.events import Event
from lesson_core.text.tokenizer import Tokenizer
from tests.model.tiny import tiny_model
from tests.text.tiny import save_tokenizer


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    save_tokenizer(tmp_path)
    return Tokenizer.load(tmp_path)


def _answer(tokenizer: Tokenizer, prompt: list[int], script: list[int], **more: Any) -> list[Event]:
    """The events of an answer whose tokens are those of `script`."""
    model = tiny_model(vocab_size=300)
    tokens = iter(script)
    seconds = iter(range(1000))
    options: dict[str, Any] = {"new_tokens": len(script)} | more
    return list(
        generate(
            model,
            tokenizer,
            prompt,
            sampler=lambda logits: next(tokens),
            cache=new_cache("preallocated", model.config, 1, 32, torch.float32, "cpu"),
            clock=lambda: float(next(seconds)),
            start_s=0.0,
            **options,
        )
    )


def _texts(events: list[Event]) -> Iterator[str]:
    return (event.text or "" for event in events if event.stage == "sample")


def test_each_token_follows_its_pass(tokenizer: Tokenizer) -> None:
    events = _answer(tokenizer, [40, 41, 42], tokenizer.encode("abc"))
    stages = [(event.stage, event.step, event.shape) for event in events]
    assert stages == [
        ("prefill", 0, (1, 3)),
        ("sample", 0, None),
        ("decode", 1, (1, 1)),
        ("sample", 1, None),
        ("decode", 2, (1, 1)),
        ("sample", 2, None),
    ]
    times = [time for event in events for time in (event.start_s, event.end_s)]
    assert times == sorted(times)  # type: ignore[type-var]
    assert [event.token_id for event in events[1::2]] == tokenizer.encode("abc")


def test_half_a_character_waits(tokenizer: Tokenizer) -> None:
    script = tokenizer.encode("你!")
    assert list(_texts(_answer(tokenizer, [40], script))) == ["", "", "你", "!"]


def test_an_answer_cut_inside_a_character_says_so(tokenizer: Tokenizer) -> None:
    script = tokenizer.encode("你")[:2]
    assert "".join(_texts(_answer(tokenizer, [40], script))) == "\ufffd"


def test_the_end_of_text_ends_it(tokenizer: Tokenizer) -> None:
    end = tokenizer.eos_ids[0]
    events = _answer(tokenizer, [40], [*tokenizer.encode("ok"), end, 50, 50])
    assert events[-1].token_id == end
    assert events[-1].detail == {"control": True}
    assert "".join(_texts(events)) == "ok"


def test_the_context_ends_it(tokenizer: Tokenizer) -> None:
    events = _answer(tokenizer, [40] * 30, [50] * 10)
    assert sum(event.stage == "sample" for event in events) == 3  # 30 + 2 read, one more said


@pytest.mark.parametrize(("length", "code"), [(0, "prompt_empty"), (33, "prompt_too_long")])
def test_prompts_that_do_not_fit(tokenizer: Tokenizer, length: int, code: str) -> None:
    with pytest.raises(LabError, match=code):
        _answer(tokenizer, [40] * length, [50])


def test_a_batch_is_its_rows() -> None:
    model = tiny_model()
    prompts = torch.tensor([[5, 6, 7], [8, 9, 10], [11, 12, 13]])

    def run(rows: torch.Tensor) -> list[list[int]]:
        cache = new_cache("preallocated", model.config, len(rows), 16, torch.float32, "cpu")
        answers: list[list[int]] = greedy(model, rows, 8, cache).tolist()
        return answers

    assert run(prompts) == [run(row[None])[0] for row in prompts]
