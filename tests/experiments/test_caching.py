"""The caching job on a tiny model: what is counted, what is served, what a cache may change."""

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from lesson_core.artefacts import home
from lesson_core.errors import LabError
from lesson_core.experiments import caching, sentence_pair
from lesson_core.model.sentences import Encoded
from lesson_core.model.transformer import Transformer
from lesson_core.schema.caching import Caching, SentencePair
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.serve import counting
from lesson_core.serve.request_log import pool
from lesson_core.tasks import sentence_encoder
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card

WIDE = replace(CONFIG, max_seq_len=1200, n_layers=2)
SPEC = Caching(recipe=RECIPE, requests=200, served=8, new_tokens=2, blocks=200, capacity=6,
               card=card())  # fmt: skip


class LongLab(FakeLab):
    """A model that can read a help desk's whole page, a byte at a time."""

    def model(self, recipe) -> SimpleNamespace:
        torch.manual_seed(0)
        loaded = super().model(recipe)
        loaded.model, loaded.config = Transformer(WIDE).requires_grad_(False).eval(), WIDE
        return loaded


class Letters:
    """An encoder that counts letters: anagrams look the same to it."""

    def encode(self, sentences) -> Encoded:
        counts = torch.zeros(len(sentences), 128)
        for row, sentence in zip(counts, sentences, strict=True):
            for letter in sentence.lower():
                row[ord(letter) % 128] += 1
        tokens = [["[CLS]", *sentence.split(), "[SEP]"] for sentence in sentences]
        vectors = torch.nn.functional.normalize(counts, dim=1)
        return Encoded(vectors, tokens, [0] * len(sentences))


def run(tmp_path, monkeypatch, spec: Caching = SPEC, encoder: Letters | None = None):
    monkeypatch.setattr(sentence_encoder, "if_here", lambda: encoder)
    return list(caching.run(spec, LongLab(tmp_path)))


def told(events: list[Event], what: str) -> list[dict]:
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


@pytest.fixture
def events(tmp_path, monkeypatch) -> list[Event]:
    return run(tmp_path, monkeypatch, encoder=Letters())


def test_counted_and_expected_come_before_anything_is_served(events: list[Event]) -> None:
    order = [e.detail["what"] for e in events if e.stage == "data"]
    assert order == ["counted", "expected", *["served"] * 8]
    summary = events[-1].detail
    json.dumps(to_plain(events[-1]), allow_nan=False)
    assert summary["requests"] == 200
    assert summary["texts"] == 3 * summary["questions"]


def test_no_cache_of_prefixes_changes_an_answer(events: list[Event]) -> None:
    summary = events[-1].detail
    assert summary["same"] == [True] * 8
    assert summary["delta"] < 1e-3


def test_what_is_served_hits_where_the_log_says(events: list[Event]) -> None:
    log = pool("en").draw(200, 1.0, 1)[:8]
    by_hand = counting.exact(log, "lru", 6, 200).hits
    served = told(events, "served")
    for name in ("input", "exact"):
        assert tuple(one["hits"][name] for one in served) == by_hand
    assert [one["text"] for one in served] == [pool("en").texts[text].text for text in log]
    summary = events[-1].detail
    row = {one["name"]: one for one in summary["rows"]}
    assert row["exact"]["served_hit"] == sum(by_hand) / 8
    assert row["exact"]["hit"] == counting.exact(pool("en").draw(200, 1.0, 1), "lru", 6, 1).hit_rate
    assert not served[0]["hits"]["prefix"]
    assert all(one["known"] > 100 for one in served[1:])  # all share the desk's instructions


def test_sums_are_sums_and_a_hit_spares_what_it_should(events: list[Event]) -> None:
    served, summary = told(events, "served"), events[-1].detail
    for name, total in summary["totals"].items():
        assert total == pytest.approx(sum(one["seconds"][name] for one in served))
    for one in served:
        if one["hits"]["exact"]:
            assert one["seconds"]["exact"] == pytest.approx(0.001)  # one look: one tick
        else:
            assert one["seconds"]["exact"] == pytest.approx(one["seconds"]["none"] + 0.001)


def test_the_prediction_goes_up_and_a_cache_lowers_it(events: list[Event]) -> None:
    (expected,) = told(events, "expected")
    for name in ("none", "prefix", "exact"):
        assert len(expected[name]) == 8
        assert expected[name] == sorted(expected[name])
    assert expected["prefix"][-1] < expected["none"][-1]
    assert expected["exact"][0] == expected["none"][0]  # nothing is inside yet
    assert expected["exact"][-1] < expected["none"][-1]


def test_the_semantic_cache_errs_more_the_lower_its_threshold(tmp_path, monkeypatch) -> None:
    summary = run(tmp_path, monkeypatch, replace(SPEC, served=4), Letters())[-1].detail
    found = summary["semantic"]
    assert found["wrongs"][0] > found["wrongs"][-1]
    assert found["hits"][0] > found["hits"][-1]
    for hit, wrong in zip(found["hits"], found["wrongs"], strict=True):
        assert 0 <= wrong <= hit <= 1
    labelled = summary["pairs"]
    assert set(labelled["similarities"]) == {"en", "zh"}
    assert labelled["twins"]["en"] == 0  # no two of them are the same word for word


def test_without_an_encoder_there_is_no_semantic_cache(tmp_path, monkeypatch) -> None:
    summary = run(tmp_path, monkeypatch, replace(SPEC, served=4))[-1].detail
    assert summary["semantic"] is None
    assert summary["pairs"] is None
    assert [one["name"] for one in summary["rows"]] == ["input", "prefix", "exact"]
    assert all(one["wrong"] == 0 for one in summary["rows"])


@pytest.mark.parametrize("policy", ["lfu", "ttl"])
def test_other_policies_and_chinese(tmp_path, monkeypatch, policy) -> None:
    spec = replace(SPEC, served=4, lang="zh", policy=policy, ttl=20, skew=0.0)
    summary = run(tmp_path, monkeypatch, spec, Letters())[-1].detail
    assert math.isfinite(summary["stay"])
    assert summary["hit"] == counting.exact(pool("zh").draw(200, 0.0, 1), policy, 6, 20).hit_rate
    assert all(summary["same"])


def test_a_model_that_reads_too_little_gets_a_sentence(lab: FakeLab, monkeypatch) -> None:
    monkeypatch.setattr(sentence_encoder, "if_here", lambda: None)
    with pytest.raises(LabError) as caught:
        list(caching.run(SPEC, lab))
    assert caught.value.code == "answer_too_long"


def test_cancelling_ends_it_without_a_result(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sentence_encoder, "if_here", lambda: None)
    lab = LongLab(tmp_path, stop_after=2)
    events = list(caching.run(SPEC, lab))
    assert all(event.stage != "result" for event in events)
    assert len(told(events, "served")) == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"skew": -1}, "cache_skew"), ({"capacity": 0}, "cache_capacity"), ({"ttl": 0}, "cache_ttl"),
     ({"threshold": 1.5}, "cache_threshold"), ({"policy": "fifo"}, "cache_unknown")],
)  # fmt: skip
def test_settings_that_make_no_sense(wrong: dict, code: str) -> None:
    with pytest.raises(LabError) as caught:
        Caching(recipe=RECIPE, **wrong)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("first", "code"), [("  ", "sentence_empty"), ("a" * 1_000_000, "sentence_too_long")]
)
def test_sentences_that_cannot_be_compared(first: str, code: str) -> None:
    for spec in ((first, "fine"), ("fine", first)):
        with pytest.raises(LabError) as caught:
            SentencePair(first=spec[0], second=spec[1])
        assert caught.value.code == code


def test_no_encoder_no_comparison(lab: FakeLab, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(home, "is_ready", lambda _: False)
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    with pytest.raises(LabError) as caught:
        list(sentence_pair.run(SentencePair(first="a", second="b"), lab))
    assert caught.value.code == "artefact_missing"


@pytest.mark.encoder
def test_two_sentences_are_compared_and_what_was_read_is_told(lab: FakeLab) -> None:
    def result(first: str, second: str) -> dict:
        return list(sentence_pair.run(SentencePair(first=first, second=second), lab))[-1].detail

    near, far = result("open the door", "close the door"), result("open the door", "a red apple")
    assert far["similarity"] < near["similarity"] < 1
    assert near["first"] == {"tokens": ["open", "the", "door"], "cut": 0}
    chinese = result("闹钟怎么打开？", "闹钟怎么关掉？")
    assert "[UNK]" in chinese["first"]["tokens"]
    assert chinese["similarity"] == pytest.approx(1, abs=1e-5)  # it sees no difference
    assert result("so " * 3000, "so")["first"]["cut"] > 2000
