"""The word-vector experiments on a stand-in for GloVe, and training from nothing."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from lesson_core.artefacts import word_vectors as on_disk
from lesson_core.errors import LabError
from lesson_core.experiments import word_vectors
from lesson_core.learn.measured import string_to_vector as measured
from lesson_core.schema.plain import to_plain
from lesson_core.schema.vectors import TrainVectors, WordVectors
from lesson_core.tasks import own_vectors, sentence_encoder
from lesson_core.theory.lab_texts import lab_text
from tests.experiments.fake_lab import FakeLab

WORDS = ["the", "dog", "bites", "man", "woman", "king", "queen", "speed", "it"]
SPEC = WordVectors(text="The dog", other="Der Hund 狗", mapped=("dog", "KING", "狗", "dog"))
TEXT = "\n".join(
    f"the {one} eats {two} in the garden every day with a friend"
    for one in ("cat", "dog", "bird", "horse", "mouse", "fox")
    for two in ("bread", "cheese", "fruit", "grain", "meat", "fish", "rice")
)


@pytest.fixture(autouse=True)
def stand_in(monkeypatch, tmp_path: Path) -> None:
    matrix = np.random.default_rng(4).normal(size=(len(WORDS), 100)).astype(np.float32)
    np.save(tmp_path / on_disk.MATRIX, matrix)
    on_disk._write(tmp_path / on_disk.WORDS, WORDS)
    monkeypatch.setattr(word_vectors.manifest, "checked_folder", lambda artefact: tmp_path)
    monkeypatch.setattr(sentence_encoder, "if_here", lambda: None)


def result(spec: WordVectors, lab: FakeLab) -> dict:
    events = list(word_vectors.run(spec, lab))
    json.dumps([to_plain(event) for event in events], allow_nan=False)
    return events[-1].detail


def test_both_texts_have_their_hundred_numbers(lab: FakeLab) -> None:
    found = result(SPEC, lab)
    assert found["dimensions"] == len(found["first"]["vector"]) == 100
    assert found["first"]["known"] == ["the", "dog"]
    assert found["second"]["unknown"] == ["der", "hund", "狗"]
    assert found["second"]["empty"] and found["second"]["nan"]
    assert found["cosine"] is None and found["encoder"] is None
    order = found["pairs"][0]
    assert (order["difference"], order["cosine"]) == (0.0, pytest.approx(1))
    assert found["neighbours"]["found"] and found["analogy"]["found"]
    assert found["nearest"] in WORDS
    assert (found["map"]["words"], found["map"]["unknown"]) == (["dog", "king"], ["狗"])


def test_unknown_words_are_a_problem_of_their_part_only(lab: FakeLab) -> None:
    spec = WordVectors(text="", other="zzz", word="狗", analogy=("man", "qqq", "king"))
    found = result(spec, lab)
    for part, word in (("neighbours", "狗"), ("analogy", "qqq")):
        assert found[part]["problem"]["code"] == "vectors_unknown_words"
        assert found[part]["problem"]["values"]["words"] == word
    assert found["nearest"] == ""
    assert found["map"] == {"words": [], "points": [], "unknown": [], "share": 1.0}


def test_refusing_unknown_words_leaves_the_rest_standing(lab: FakeLab) -> None:
    found = result(WordVectors(text="the zzz", other="the", policy="refuse"), lab)
    assert found["first"]["problem"]["values"] == {"words": "zzz", "n": 1}
    assert found["first"]["vector"] == [0.0] * 100 and found["cosine"] is None
    assert found["second"]["problem"] is None
    assert found["neighbours"]["found"]


def test_what_is_found_of_the_labs_text_is_told_way_by_way(lab: FakeLab) -> None:
    events = list(word_vectors.run(SPEC, lab))
    told = {e.detail["key"]: e.detail for e in events if e.stage == "data"}
    assert list(told) == ["usual", "lower", "ours", "zh"]
    assert 0 < told["usual"]["found"] < told["lower"]["found"] < told["ours"]["found"]
    assert told["zh"]["found"] == 0 < told["zh"]["n"]
    kinds = events[-1].detail["coverage"]["kinds"]
    assert sum(kind["n"] for kind in kinds.values()) == told["usual"]["n"]
    assert sum(kind["found"] for kind in kinds.values()) == told["usual"]["found"]


def test_a_question_reads_its_key_from_the_run(lab: FakeLab) -> None:
    key = measured.found_as_written(result(SPEC, lab))
    words = lab_text("en").split()
    assert key.value == pytest.approx(100 * sum(word in WORDS for word in words) / len(words))
    assert key.askable and key.values["words"] == len(words)


def test_the_strings_that_break_the_usual_lines(lab: FakeLab) -> None:
    found = result(SPEC, lab)
    assert "dog bites man" in found["key"]
    rows = {row["text"]: row for row in found["strings"]}
    assert not rows["dog bites man"]["nan"] and rows["dog bites man"]["numbers"] == 100
    for text in ("Dog Bites Man", "", "狗咬人"):
        assert rows[text]["nan"] and rows[text]["numbers"] == 1  # not even a vector
    assert rows["Dog Bites Man"]["cosine"] == pytest.approx(1)
    assert rows["dog, bites man."]["usual_found"] == 1
    assert rows["dog, bites man."]["usual_cosine"] < 0.99 < rows["dog, bites man."]["cosine"]
    assert rows[""]["empty"] and rows[""]["cosine"] is None
    assert rows["dog 咬 man"]["unknown"] == ["咬"]


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_cancelling_ends_it_without_a_result(tmp_path: Path, looks: int) -> None:
    lab = FakeLab(tmp_path, stop_after=looks)
    for events in (
        word_vectors.run(SPEC, lab),
        word_vectors.train(TrainVectors(text=TEXT, epochs=9), FakeLab(tmp_path, stop_after=looks)),
    ):
        assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "x" * 1_000_000}, "vectors_long"),
        ({"analogy": ("a", "b")}, "vectors_analogy"),
        ({"analogy": ("a", " ", "b")}, "vectors_analogy"),
        ({"mapped": tuple(map(str, range(99)))}, "vectors_many_words"),
        ({"word": "x" * 100}, "vectors_long_word"),
        ({"mapped": ("y" * 100,)}, "vectors_long_word"),
    ],
)
def test_bad_input_is_a_sentence(more: dict, code: str) -> None:
    with pytest.raises(LabError) as problem:
        WordVectors(**{"text": "a", "other": "b", **more})
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "vectors_no_text"), ("x " * 500_000, "vectors_long"), ("one word", "vectors_few_words")],
)
def test_too_little_and_too_much_to_learn_from(text: str, code: str, lab: FakeLab) -> None:
    with pytest.raises(LabError) as problem:
        list(word_vectors.train(TrainVectors(text=text), lab))
    assert problem.value.code == code


@pytest.mark.parametrize("learner", ["word2vec", "fasttext"])
def test_training_tells_of_every_epoch_and_repeats_itself(lab: FakeLab, learner) -> None:
    spec = TrainVectors(text=TEXT, learner=learner, epochs=4, seed=7, word="cat")
    once, again = ([*word_vectors.train(spec, lab)] for _ in range(2))
    json.dumps([to_plain(event) for event in once])
    assert [e.detail["epoch"] for e in once if e.stage == "data"] == [1, 2, 3, 4]
    assert once[-1] == again[-1]
    unseen = once[-1].detail["unseen"]
    assert (unseen["neighbours"] is None) == (learner == "word2vec")  # pieces reach any spelling


def test_learnt_words_keep_the_company_they_stood_in() -> None:
    *_, model = own_vectors.train(TrainVectors(text=TEXT * 8, epochs=20, word="cat"))
    near = [word for word, _ in model.wv.most_similar("cat", topn=5)]
    assert set(near) <= {"dog", "bird", "horse", "mouse", "fox"}


def test_chinese_is_learnt_character_by_character(lab: FakeLab) -> None:
    assert own_vectors.corpus("狗咬man。人") == [["狗", "咬", "man"], ["人"]]
    lines = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。床前明月光"
    found = list(word_vectors.train(TrainVectors(text=lines * 9, epochs=2), lab))[-1].detail
    assert found["words"] == len(set(lines) - set("，。"))


def test_a_line_and_the_same_line_backwards_are_one_vector(lab: FakeLab) -> None:
    order = list(word_vectors.train(TrainVectors(text=TEXT, epochs=1), lab))[-1].detail["order"]
    assert order["texts"][0].split() == order["texts"][1].split()[::-1]
    assert order["difference"] == 0.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_course_itself_is_enough_to_learn_from(lang, lab: FakeLab) -> None:
    spec = TrainVectors(corpus=lang, epochs=1, word="cache")
    found = list(word_vectors.train(spec, lab))[-1].detail
    assert found["tokens"] > 10_000 and found["words"] > 1_000
    assert len(found["neighbours"]) == 5
    text = own_vectors.text_of(spec)
    assert "{" not in text and "http" not in text
    assert bool(re.search("[\u3400-\u9fff]", text)) == (lang == "zh")
