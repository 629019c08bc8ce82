"""Follow-ups: every key computed again by hand, and none of them absurd."""

import itertools
import math

import pytest

from lesson_core.learn import bank, bank_faults, content, words
from lesson_core.learn.interview import chains

POSES = 200
EVERY = chains.every()


def test_there_are_chains_on_every_part_of_serving() -> None:
    assert len(EVERY) >= 12
    lessons = {chain.asked.lesson for chain in EVERY.values()}
    assert lessons >= {
        "kv-cache", "two-regimes", "batching", "speculative", "compression", "parallelism",
        "planner", "caching", "evaluate",
    }  # fmt: skip
    assert all(2 <= len(chain.then) <= 3 for chain in EVERY.values())


@pytest.mark.parametrize("name", EVERY)
def test_a_chain_can_be_posed_whatever_is_drawn(name: str) -> None:
    for seed in range(POSES):
        steps = chains.pose(name, seed)
        for posed in steps:
            assert list(bank_faults._of_key(posed)) == []
            assert math.isfinite(posed.answer)
        for before, after in itertools.pairwise(steps):
            assert before.values != after.values, "nothing changed: is the number's name right?"


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_follow_up_comes_to_its_own_answer_in_words(name: str, lang: str) -> None:
    for posed in chains.pose(name, 7):
        assert content.card_ask(posed, lang)
        assert bank_faults.quiz.shown(posed.answer) in content.card_solution(posed, lang)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_given_is_what_is_told(name: str) -> None:
    chain = EVERY[name]
    given = dict(chain.given)
    first, *rest = chains.pose(name, 11)
    for key, value in given.items():
        assert chains._number(first.values[key]) == value
    before = first
    for link, posed in zip(chain.then, rest, strict=True):
        for key, value in link.given.items():
            assert chains._number(posed.values[key]) == value
        for key, factor in link.times.items():
            now, then = (chains._number(p.values[key]) for p in (posed, before))
            assert now == pytest.approx(then * factor, rel=1e-3)
        before = posed


def numbers(posed) -> dict[str, float]:
    return {k: float(str(v).replace(",", "")) for k, v in posed.values.items() if k != "precision"}


def by_hand(template: str, v: dict[str, float]) -> float:
    """The key from the numbers that the learner reads, written out once more."""
    match template:
        case "inference-pipeline.kv":
            return 2 * v["n_layers"] * v["n_kv_heads"] * v["d_head"] * 2
        case "two-regimes.batch-rate":
            return v["users"] * v["bandwidth_gbs"] / (v["weights_gb"] + v["users"] * v["cache_gb"])
        case "two-regimes.batch":
            return v["tflops"] * 1e3 * v["bytes"] / (2 * v["bandwidth_gbs"])
        case "batching.chunks":
            return math.ceil(v["prompt"] / (v["budget"] - v["decodes"]))
        case "speculative.tokens":
            return sum(v["alpha"] ** n for n in range(int(v["gamma"]) + 1))
        case "compression.size":
            return v["params_b"] * (v["bits"] + 32 / v["group"]) / 8
        case "parallelism.talk":
            return 2 * v["layers"] * v["each_us"] / 1e3
        case "parallelism.bubble":
            return 100 * (1 - v["micro"] / (v["micro"] + v["stages"] - 1))
        case "planner.cards":
            return math.ceil(
                (v["weights_gb"] + v["users"] * v["sequence_gb"]) / v["memory_gb"] / 0.9
            )
        case "planner.cost":
            return v["cards"] * v["price"] / v["rate"] / 3600 * 1e6
        case "caching.prefix":
            return 100 * (v["shared"] // v["block"]) * v["block"] / (v["shared"] + v["own"])
        case "evaluate.mean":
            nats = v["tokens_a"] * v["loss_a"] + v["tokens_b"] * v["loss_b"]
            return math.exp(nats / (v["tokens_a"] + v["tokens_b"]))
        case _:
            raise LookupError(template)


@pytest.mark.parametrize(
    "name",
    ["heads", "batch-grows", "critical-batch", "chunk-budget", "acceptance-falls", "fewer-bits",
     "all-reduce", "bubble-grows", "capacity", "token-price", "prefix-share", "mean-loss"],
)  # fmt: skip
def test_keys_follow_from_the_numbers_that_are_read(name: str) -> None:
    for seed in range(20):
        for posed in chains.pose(name, seed):
            assert by_hand(posed.id, numbers(posed)) == pytest.approx(posed.answer, rel=2e-3)


def test_the_same_seed_poses_the_same_and_another_one_other_numbers() -> None:
    assert chains.pose("fits", 5) == chains.pose("fits", 5)
    assert len({chains.pose("fits", seed)[0].answer for seed in range(20)}) > 5


def test_a_wrong_way_that_comes_to_the_right_answer_is_no_slip() -> None:
    """Without grouping, counting query heads is right."""
    grouped, plain, _ = chains.pose("heads", 1)
    assert "query_heads" in grouped.slips
    assert "query_heads" not in plain.slips


def test_given_numbers_change_nothing_else() -> None:
    template = EVERY["fits"].asked
    usual = bank.pose_given(template, 3, {})
    other = bank.pose_given(template, 3, {"context": 999})
    assert other.values == usual.values | {
        "context": "999", "sequence_mb": other.values["sequence_mb"],
    }  # fmt: skip
