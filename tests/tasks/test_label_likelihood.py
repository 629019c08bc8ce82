"""Labels as continuations: the shared prompt against every label whole, and the two corrections."""

from pathlib import Path

import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.model import weights
from lesson_core.model.cache import NoCache
from lesson_core.tasks import label_likelihood as likelihood
from lesson_core.text.tokenizer import Tokenizer
from tests.experiments.fake_lab import byte_tokenizer, tiny_model

PROMPT = [10, 20, 30, 40]
LABELS = [[5], [6, 7, 8], [9, 1], [200, 201, 202, 203]]


@pytest.mark.parametrize("labels", [LABELS, [[5], [6]], [[7, 7, 7]]])
@pytest.mark.parametrize("prompt", [PROMPT, [1]])
def test_the_shared_prompt_gives_what_whole_labels_give(prompt, labels) -> None:
    slow = likelihood.whole(tiny_model(), prompt, labels)
    fast = likelihood.shared(tiny_model(), prompt, labels)
    assert slow.shape == (len(labels),)
    torch.testing.assert_close(fast, slow, rtol=1e-5, atol=1e-5)


def test_only_longer_labels_are_run_behind_the_prompt() -> None:
    """Labels of one token cost nothing more than the prompt: all of them are in its last place."""
    model, runs = tiny_model(), []
    model.register_forward_pre_hook(lambda _, given: runs.append(tuple(given[0].shape)))
    likelihood.shared(model, PROMPT, [[5], [6, 7, 8], [9], [9, 1]])
    assert runs == [(2, 2)]  # the two longer ones, less their last token; the prompt goes apart
    likelihood.shared(model, PROMPT, [[5], [9]])
    assert len(runs) == 1


def test_all_labels_of_one_token_are_the_next_token_law() -> None:
    every = [[token] for token in range(tiny_model().config.vocab_size)]
    logs = likelihood.shared(tiny_model(), PROMPT, every)
    assert float(logs.exp().sum()) == pytest.approx(1, abs=1e-5)


def test_a_longer_label_is_never_likelier_than_its_beginning() -> None:
    found = likelihood.shared(tiny_model(), PROMPT, [[6], [6, 7], [6, 7, 8]])
    assert found[0] > found[1] > found[2]


def test_a_mask_off_by_one_is_caught() -> None:
    """Reading the logits one place late: the mistake that scores a label by its own successor."""
    label = [6, 7, 8]
    ids = torch.tensor([[*PROMPT, *label, 0]])
    logs = torch.log_softmax(tiny_model()(ids, NoCache())[0], dim=-1)
    late = sum(logs[len(PROMPT) + i, token] for i, token in enumerate(label))
    assert abs(float(late) - float(likelihood.whole(tiny_model(), PROMPT, [label])[0])) > 0.01


def test_the_corrections_are_what_they_say() -> None:
    totals = torch.tensor([-4.0, -6.0])
    assert likelihood.per_token(totals, [[1], [1, 2, 3]]).tolist() == [-4.0, -2.0]
    assert likelihood.less_prior(totals, torch.tensor([-5.0, -9.0])).tolist() == [1.0, 3.0]


def test_a_long_text_is_cut_and_counted(tmp_path: Path) -> None:
    tokenizer = byte_tokenizer(tmp_path, chat=False)
    ids, left_out = likelihood.prompt(tokenizer, "x" * 600, "en")
    assert left_out == 600 - likelihood.LONGEST
    assert tokenizer.decode(ids).endswith("x\nTopic:")
    assert likelihood.prompt(tokenizer, "", "zh")[0] == tokenizer.encode("\n主题：")


def test_english_labels_follow_a_space(tmp_path: Path) -> None:
    tokenizer = byte_tokenizer(tmp_path, chat=False)
    assert tokenizer.decode(likelihood.label_ids(tokenizer, ["sport"], "en")[0]) == " sport"
    assert tokenizer.decode(likelihood.label_ids(tokenizer, ["体育"], "zh")[0]) == "体育"


@pytest.mark.model
def test_on_the_default_model_both_ways_agree() -> None:
    folder = home.folder_of(DEFAULT)
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.load(folder)
    ids, _ = likelihood.prompt(tokenizer, "She won the final in straight sets.", "en")
    labels = likelihood.label_ids(tokenizer, ["sport", "personal finance", "the weather"], "en")
    slow = likelihood.whole(model, ids, labels)
    torch.testing.assert_close(likelihood.shared(model, ids, labels), slow, rtol=1e-4, atol=1e-4)
    prior = likelihood.shared(model, likelihood.prompt(tokenizer, "", "en")[0], labels)
    assert int(likelihood.less_prior(slow, prior).argmax()) == 0
