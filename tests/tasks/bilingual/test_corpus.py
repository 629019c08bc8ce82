"""Generation of training text: batches, sampling, and going on where it stopped."""

import json
from itertools import islice
from pathlib import Path

import torch

from lesson_core.tasks.bilingual import corpus, prompts
from tests.model.tiny import tiny_model
from tests.tasks.word_tokenizer import WordTokenizer


def test_a_batch_has_one_kind_and_one_length() -> None:
    tokenizer = WordTokenizer()
    first = list(islice(corpus.batches(tokenizer, 8, seed=1), 5))  # type: ignore[arg-type]
    again = list(islice(corpus.batches(tokenizer, 8, seed=1), 5))  # type: ignore[arg-type]
    assert first == again
    for batch in first:
        assert len(batch) == 8
        assert len({(prompt.kind, len(ids)) for prompt, ids in batch}) == 1


def test_sampling_keeps_to_the_likely_tokens() -> None:
    logits = torch.full((64, 100), -10.0)
    logits[:, 3], logits[:, 9] = 5.0, 4.9
    ids = corpus.pick(logits, torch.Generator().manual_seed(1))
    assert ids.shape == (64, 1)
    assert set(ids.flatten().tolist()) == {3, 9}


def test_writing_is_seeded_and_stops_at_the_end_token() -> None:
    model = tiny_model()
    model.requires_grad_(False)
    rows = [[5, 6, 7], [8, 9, 10]]
    one = corpus.write(model, rows, 12, eos=1, seed=4)
    assert one == corpus.write(model, rows, 12, eos=1, seed=4)
    assert all(1 not in row[:-1] for row in one)
    assert all(len(row) <= 12 for row in one)


def test_only_usable_texts_are_kept_behind_their_question() -> None:
    prompt = prompts.Prompt("question", "ask", "", "Question: What?\nAnswer: ")
    lead = prompts.Prompt("story", "ask", "Once upon a time, there was a dog. It ran", "")
    batch = [(prompt, [1]), (lead, [1])]
    kept = list(corpus.texts(WordTokenizer(), batch, [[2, 1], [2, 3]]))  # type: ignore[arg-type]
    assert kept == [{"kind": "story", "text": "Once upon a time, there was a dog."}]


def test_a_second_start_knows_what_is_done(tmp_path: Path) -> None:
    path = tmp_path / "generated.jsonl"
    assert corpus.done_batches(path) == 0
    lines = [json.dumps({"batch": n, "kind": "fact", "text": "x"}) for n in (0, 0, 3)]
    path.write_text("\n".join([*lines, '{"batch": 9, "ki']), encoding="utf-8")
    assert corpus.done_batches(path) == 4
