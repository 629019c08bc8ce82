"""The requests, the file of answers, and what is held out of it."""

import json
import random
from itertools import islice, pairwise
from pathlib import Path

import pytest

from lesson_core.tasks.bilingual.pairs import Pair
from lesson_core.tasks.ladder import prepare, prompts, text
from lesson_core.tasks.ladder.writer import Answer, Job
from tests.tasks.word_tokenizer import WordTokenizer


class Storyteller(WordTokenizer):
    """Answers that read like text."""

    word, end = " and so it went on", " to its end."


TOKENIZER = Storyteller()


def test_a_number_has_one_request() -> None:
    assert prompts.numbered(7, 123) == prompts.numbered(7, 123)
    assert prompts.numbered(7, 123) != prompts.numbered(8, 123)


def test_requests_hardly_repeat_and_every_form_comes() -> None:
    drawn = [prompts.numbered(7, number) for number in range(3000)]
    asked = {prompt.ask + prompt.lead for prompt in drawn if prompt.kind not in prepare.REPEATED}
    others = [prompt for prompt in drawn if prompt.kind not in prepare.REPEATED]
    assert len(asked) > 0.93 * len(others)
    forms = {form.__name__ for form in prompts.FORMS} - {"draw"} | set(prepare.REPEATED)
    assert {prompt.kind for prompt in drawn} == forms
    assert prompts.MAX_NEW.keys() <= forms


@pytest.mark.parametrize("form", list(prompts.FORMS))
def test_requests_read_well(form: prompts.Draw) -> None:
    for seed in range(200):
        prompt = form(random.Random(seed))
        words = prompt.ask.split()
        assert not any(
            one in ("a", "an") and (other[0] in "aeiou") != (one == "an")
            for one, other in pairwise(words)
        ), prompt.ask
        assert "  " not in prompt.ask and prompt.ask[-1] in ".?"
        assert not prompt.lead or prompt.lead[0].isupper()


def test_jobs_leave_out_what_is_done() -> None:
    found = [job.number for job in islice(text.jobs(TOKENIZER, 7, {0, 2}), 3)]  # type: ignore[arg-type]
    assert found == [1, 3, 4]


def test_an_answer_keeps_its_question_and_its_tokens() -> None:
    number = next(n for n in range(99) if prompts.numbered(7, n).kind == "compare")
    answer = Answer(Job(number, [7], 5), ids=[4, 1], likeliest=[6, 1])
    line = json.loads(text.line(TOKENIZER, 7, answer))  # type: ignore[arg-type]
    assert line["n"] == number and line["ids"] == [4, 1] and line["best"] == [6, 1]
    assert line["text"].startswith("Question: What is the difference between")
    refused = Answer(Job(number, [7], 5), ids=[4] * 40, likeliest=[4] * 40)
    assert json.loads(text.line(TOKENIZER, 7, refused))["text"] is None  # type: ignore[arg-type]


def written(path: Path, texts: list[str | None]) -> Path:
    lines = [json.dumps({"n": n, "text": each}) for n, each in enumerate(texts)]
    path.write_text("\n".join([*lines, '{"n": 99, "te']), encoding="utf-8")
    return path


def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    path = written(tmp_path / "written.jsonl", ["one", None, "one", "two"])
    assert text.numbers_in(path) == {0, 1, 2, 3}
    assert text.numbers_in(tmp_path / "none") == set()
    assert list(prepare.kept(path)) == [(0, "one"), (3, "two")]


def test_all_answers_to_a_request_are_on_one_side() -> None:
    train, held = prepare.by_request(((n, f"text {n}") for n in range(4000)), seed=7)
    sides: dict[str, set[bool]] = {}
    for side, texts in ((False, train), (True, held)):
        for each in texts:
            prompt = prompts.numbered(7, int(each.split()[1]))
            sides.setdefault(prompt.ask + prompt.lead, set()).add(side)
    assert all(len(side) == 1 for side in sides.values())
    assert 0.02 < len(held) / 4000 < 0.06


def test_no_held_out_sentence_is_learnt_in_other_words() -> None:
    pairs = [Pair(f"Sentence {n}.", f"第{n}句话很好。", ("a",)) for n in range(300)]
    pairs += [Pair(f"Phrase {n}.", f"第{n}句话很好。", ("a",)) for n in range(300)]
    train, held = prepare.assemble(["One text.", "Held text."], ["Held text."], pairs, seed=1)
    assert ("en", "One text.") in train and ("en", "Held text.") in held
    assert ("en", "Held text.") not in train
    learnt = "\n".join(each for _, each in train)
    tested = [each for language, each in held if language == "zh"]
    assert tested and not any(each in learnt for each in tested)
