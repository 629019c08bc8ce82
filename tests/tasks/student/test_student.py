"""The Chinese student: its pieces, its glosses, its training in pieces, its files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from lesson_core.model.encoder import Encoder, EncoderConfig
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks.student import alignment, dictionary, examples, package, start, tokens, train
from lesson_core.tasks.translate.pairs import Pair

WORDS = {"猫": "cat", "狗": "dog", "鱼": "fish", "喝水": "drinks", "吃饭": "eats", "睡觉": "sleeps"}
PAIRS = [
    Pair(f"the {WORDS[who]} {WORDS[does]} .", f"{who}{does}。", ("Ann", "bob"))
    for who in ("猫", "狗", "鱼")
    for does in ("喝水", "吃饭", "睡觉")
] * 4


@pytest.fixture(scope="module")
def cut() -> Tokenizer:
    return tokens.learn([pair.chinese for pair in PAIRS], [], 40)


@pytest.fixture(scope="module")
def teacher() -> SentenceEncoder:
    """Six layers of random weights, a word-level English vocabulary."""
    torch.manual_seed(0)
    shape = EncoderConfig(vocab_size=140, d_model=64, n_layers=6, n_heads=2, d_ff=64,
                          max_len=300, segments=2, norm_eps=1e-12)  # fmt: skip
    english = tokens.learn([], [pair.english for pair in PAIRS], 80)
    return SentenceEncoder(Encoder(shape).requires_grad_(False), english)


def test_traditional_full_width_and_capitals_are_one(cut: Tokenizer) -> None:
    assert cut.encode("貓喝水。").ids == cut.encode("猫喝水。").ids
    assert cut.encode("ＡＢ").ids == cut.encode("ab").ids


def test_pieces_are_short_and_unknown_is_one_each(cut: Tokenizer) -> None:
    assert max(len(piece) for piece in cut.get_vocab() if piece[0] != "[") == 2
    assert cut.encode("喝水").tokens == ["[CLS]", "喝水", "[SEP]"]
    assert cut.encode("鬱金香").ids.count(tokens.UNKNOWN) == 3


def test_dropout_takes_words_apart_and_leaves_no_trace(cut: Tokenizer) -> None:
    assert len(tokens.cut(cut, ["喝水"], 1.0)[0]) == 4
    assert len(tokens.cut(cut, ["喝水"])[0]) == 3


def test_translations_are_those_of_the_plain_loop() -> None:
    """The slow twin: dictionaries, one pair after another."""
    chinese, english = [[5, 6], [5, 7], [6]], [[1, 2], [1, 3, 1], [2]]
    links = alignment.Links(chinese, english, 8, 4)
    fast = {
        divmod(int(cell), 4): chance
        for cell, chance in zip(links.cells, links.translations(3), strict=True)
    }
    slow = dict.fromkeys(fast, 1.0)
    for _ in range(3):
        counted = dict.fromkeys(slow, 0.0)
        for ours, theirs in zip(chinese, english, strict=True):
            for e in theirs:
                total = sum(slow[z, e] for z in ours)
                for z in ours:
                    counted[z, e] += slow[z, e] / total
        sums = {z: sum(n for (a, _), n in counted.items() if a == z) for z, _ in counted}
        slow = {(z, e): n / sums[z] for (z, e), n in counted.items()}
    assert fast == pytest.approx(slow)


def test_a_gloss_is_the_vector_of_the_word_it_stands_for(
    cut: Tokenizer, teacher: SentenceEncoder
) -> None:
    table = start.special(start.table(teacher, cut, PAIRS), teacher.model.tokens.weight)
    known = teacher.model.tokens.weight
    alike = torch.nn.functional.cosine_similarity(table[cut.token_to_id("猫")][None], known)
    assert int(alike.argmax()) in teacher.tokenizer.encode("cat").ids[1:-1]
    assert torch.equal(table[tokens.BEGIN], known[start.THEIRS[tokens.BEGIN]])


def test_the_dictionary_keeps_the_likeliest_and_reads_like_the_whole_table(
    cut: Tokenizer, teacher: SentenceEncoder, tmp_path: Path
) -> None:
    links, known = start.links(teacher, cut, PAIRS), teacher.model.tokens.weight
    whole, seen = alignment.glosses(links, known)
    kept = dictionary.likeliest(links, kept=links.columns)
    torch.testing.assert_close(kept.vectors(known, 0)[seen], whole[seen])  # nothing left out
    few = dictionary.likeliest(links, kept=2)
    assert torch.equal(few.pieces, kept.pieces[:, :2])
    assert (few.shares[:, 0] >= few.shares[:, 1]).all()
    assert set(few.shares.sum(dim=1).round(decimals=4).tolist()) <= {0.0, 1.0}
    assert torch.equal(few.vectors(known, 7)[~seen], known[7].expand(int((~seen).sum()), -1))
    cat = int(few.pieces[cut.token_to_id("猫"), 0])
    assert cat in teacher.tokenizer.encode("cat").ids[1:-1]
    few.save(tmp_path)
    torch.testing.assert_close(
        dictionary.Dictionary.load(tmp_path).shares, few.shares, atol=0.01, rtol=0
    )


def test_random_pieces_are_no_glosses(cut: Tokenizer, teacher: SentenceEncoder) -> None:
    known = teacher.model.tokens.weight
    vectors = start.special(start.random_table(teacher, cut.get_vocab_size(), 1), known)
    assert torch.equal(vectors[tokens.BEGIN], known[start.THEIRS[tokens.BEGIN]])
    alike = torch.nn.functional.cosine_similarity(vectors[cut.token_to_id("猫")][None], known)
    assert float(alike.max()) < 0.9
    assert float(vectors.std()) == pytest.approx(float(known.std()), rel=0.1)


def test_long_texts_are_several_pairs() -> None:
    given = examples.texts(PAIRS, 5, seed=0)
    assert len(given) == len(PAIRS) + 5
    assert given[0] == ("猫喝水。", "the cat drinks .")
    assert all(one.chinese.count("。") == one.english.count(".") >= 2 for one in given[-5:])
    assert given == examples.texts(PAIRS, 5, seed=0)


def test_the_teacher_reads_in_pieces(teacher: SentenceEncoder, tmp_path: Path) -> None:
    given = examples.texts(PAIRS * 20, 0, seed=0)
    answers = iter([False, True])
    read = lambda over: examples.taught(lambda: teacher, given, tmp_path / "t.safetensors", over)  # noqa: E731
    assert read(lambda: next(answers)) is None
    found = read(lambda: False)
    assert found is not None and len(found) == len(given)
    wanted = teacher.encode([given[0].english, given[-1].english]).vectors
    torch.testing.assert_close(found[[0, -1]], wanted, atol=0.02, rtol=0)


def test_batches_hold_everything_once() -> None:
    lengths = list(np.random.default_rng(0).integers(3, 60, 230))
    drawn = train.batches(lengths, 16, seed=1)
    assert sorted(i for batch in drawn for i in batch) == list(range(230))
    spread = [max(lengths[i] for i in batch) - min(lengths[i] for i in batch) for batch in drawn]
    assert sorted(spread)[len(spread) // 2] < 20
    again = train.endless(lengths, 16, skip=7)
    assert [next(again) for _ in range(3)] == drawn_of(lengths)[7:10]


def drawn_of(lengths: list[int]) -> list[list[int]]:
    return train.batches(lengths, 16, seed=0)


def test_the_loss_is_half_the_squared_distance() -> None:
    ours, theirs = (torch.nn.functional.normalize(torch.randn(9, 8), dim=1) for _ in range(2))
    half = (ours - theirs).square().sum(dim=1).mean() / 2
    torch.testing.assert_close(train.loss_of(ours, theirs), half)


def test_training_goes_on_where_it_stopped_and_what_is_packed_loads(
    cut: Tokenizer, teacher: SentenceEncoder, tmp_path: Path
) -> None:
    given = examples.texts(PAIRS, 8, seed=0)
    targets = teacher.encode([one.english for one in given]).vectors.clone()

    glosses = start.table(teacher, cut, PAIRS)

    def once(steps: int) -> train.Training:
        torch.manual_seed(0)
        training = train.Training(start.begin(teacher, glosses), cut, tmp_path, 60)
        training.steps, wanted = steps, training.steps
        training.learn(given, targets, 1e9)
        training.steps = wanted
        return training

    begun = train.loss_of(
        train.vectors(start.begin(teacher, glosses), tokens.cut(cut, [given[0].chinese])),
        targets[:1],
    )
    assert once(30).step == 30
    assert once(60).step == 60
    state = load_file(tmp_path / "state.safetensors")
    assert int(state["done.step"]) == 60
    words = dictionary.likeliest(start.links(teacher, cut, PAIRS))
    package.pack(state, cut.to_str(), words, ["bob", "Ann", "bob"], tmp_path / "packed")
    packed = SentenceEncoder.load(tmp_path / "packed")
    read = packed.encode([given[0].chinese]).vectors
    assert float(train.loss_of(read, targets[:1])) < 0.7 * float(begun.detach())
    assert len(packed.model.layers) == len(start.LAYERS)
    assert (tmp_path / "packed" / "ATTRIBUTION.txt").read_text("utf-8").endswith("Ann, bob\n")
