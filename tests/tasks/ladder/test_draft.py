"""The draft's data and training, on a vocabulary of forty words."""

import json
from pathlib import Path

import pytest
import torch

from lesson_core.generate.speculative_subset import OTHER, Subset
from lesson_core.tasks.ladder import draft, prompts
from lesson_core.tasks.ladder.held_out import IGNORED
from lesson_core.tasks.ladder.rungs import Rung
from lesson_core.tasks.ladder.train import Settings

TINY = Rung(name="tiny", n_layers=1, d_model=32, n_kv_heads=1, d_ff=32, vocab_size=16)
SETTINGS = Settings(tokens=60 * 2 * 16, batch=2, length=16, compile=False)


class Letters:
    eos_ids = (2,)
    vocab_size = 40

    def chat(self, messages: list[dict[str, str]]) -> list[int]:
        return [len(word) for word in messages[0]["content"].split()]

    def encode(self, text: str) -> list[int]:
        return [len(word) for word in text.split()]


def counting(start: int, length: int = 8) -> draft.Chat:
    """An answer that counts from its request on; the likeliest token is the next number."""
    answer = [3 + (start + i) % 10 for i in range(length)]
    return [3 + (start - 2) % 10, 3 + (start - 1) % 10], answer, answer


CHATS = [counting(start) for start in range(10)] * 6
SUBSET = Subset(torch.tensor([0, *range(2, 17)]), 40)


def test_chats_come_back_as_they_were_asked(tmp_path: Path) -> None:
    lines = [json.dumps({"n": n, "text": None, "ids": [4, 2], "best": [5, 2]}) for n in range(300)]
    path = tmp_path / "written.jsonl"
    path.write_text("\n".join([*lines, '{"n": 300, "te']))
    found = list(draft.chats(path, Letters(), 7))  # type: ignore[arg-type]
    assert len(found) == 300
    assert 0 < sum(out for out, _ in found) < 40
    first = prompts.numbered(7, 0)
    request = draft.prompt_ids(Letters(), first)  # type: ignore[arg-type]
    assert found[0][1] == (request, [4, 2], [5, 2])


def test_the_vocabulary_is_what_comes_most_often() -> None:
    subset = draft.commonest([([5, 5, 9], [9, 9], [9, 31])], size=4, vocab_size=40)
    assert subset.ids.tolist()[1:] == [5, 9, 31]
    spare = draft.commonest([([5], [9], [9])], size=6, vocab_size=40)
    assert len(set(spare.ids.tolist()[1:])) == 5


def test_only_answers_are_learnt_and_only_what_can_be_said() -> None:
    chat = ([3, 4], [5, 30, 6], [5, 7, 30])
    read, wanted = draft.rows([chat], SUBSET)
    assert read.document(0).tolist() == [2, 3, 4, OTHER, 5]
    n = draft.NOT_LEARNT
    assert wanted.document(0).tolist() == [n, n, 4, 6, n]


def test_rows_are_shifted_by_one() -> None:
    ids, wanted = next(draft.batches(*draft.rows(CHATS, SUBSET), SETTINGS, skip=0))
    assert ids.shape == wanted.shape == (2, 16)
    assert wanted[0, 0] == IGNORED and wanted[0, 1] == ids[0, 2]  # a request has two tokens
    third = [
        batch
        for batch, _ in zip(
            draft.batches(*draft.rows(CHATS, SUBSET), SETTINGS, 0), "123", strict=False
        )
    ][2]
    skipped = next(draft.batches(*draft.rows(CHATS, SUBSET), SETTINGS, skip=2))
    assert torch.equal(third[0], skipped[0])


def test_it_learns_to_say_what_the_model_says(tmp_path: Path) -> None:
    """Counting is learnt; a model that has learnt nothing is right by chance."""
    torch.manual_seed(0)
    before = draft.agreement(draft.checkpoint.fresh(TINY.config, 1), CHATS[:10], SUBSET)
    model = draft.train(CHATS, CHATS[:10], SUBSET, tmp_path, SETTINGS, 60.0, TINY)
    assert model is not None
    assert draft.agreement(model, CHATS[:10], SUBSET) > max(0.8, before + 0.3)


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    assert draft.train(CHATS, CHATS[:1], SUBSET, tmp_path, SETTINGS, -1.0, TINY) is None
    assert (tmp_path / "state.safetensors").exists()
    assert draft.train(CHATS, CHATS[:1], SUBSET, tmp_path, SETTINGS, 60.0, TINY) is not None


@pytest.mark.parametrize("place", [30, 0])
def test_what_cannot_be_said_is_never_right(place: int) -> None:
    model = draft.checkpoint.fresh(TINY.config, 1)
    assert draft.agreement(model, [([3], [4, 5], [place, place])], SUBSET) == 0
