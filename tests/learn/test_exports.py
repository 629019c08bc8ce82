"""Cards for other programs: complete, readable there, and the same note next time."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from lesson_core.learn import bank, words
from lesson_core.learn.exports import anki, gift, table
from lesson_core.learn.exports.cards import DRAWS, PlainCard, cards
from lesson_core.schema.question import Measured, Numeric

ODD = PlainCard(
    id="x.odd", lesson="x", topic="t", level="L3",
    ask="Is {a} = ~b: #1? **Bold**, `code`, $x^2$\n<script>alert(1)</script>",
    answer="=1+1", wrong=(("no } brace", "be\\cause"), ("-2", "why: not")),
)  # fmt: skip


def unescaped(text: str) -> str:
    return re.sub(r"\\([~=#{}:\\])", r"\1", text.replace("\\n", "\n"))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_question_but_the_measured_gives_cards(lang: str) -> None:
    found = [card.id for card in cards(lang)]
    assert len(found) == len(set(found))
    kinds = bank.every()
    number = sum(isinstance(one, Numeric) for one in kinds)
    others = sum(not isinstance(one, Numeric | Measured) for one in kinds)
    assert len(found) == number * DRAWS + others


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_same_cards_every_time(lang: str) -> None:
    assert list(cards(lang)) == list(cards(lang))


def test_gift_keeps_every_sign() -> None:
    text = gift.gift([ODD])
    head, body = text.split("::[markdown]")
    assert unescaped(head).endswith("::x.odd")
    ask, key = re.split(r"(?<!\\) \{", body, maxsplit=1)
    assert unescaped(ask) == ODD.ask
    parts = re.split(r"\n(?<!\\)[=~]", key.rsplit("\n}", 1)[0])
    assert [unescaped(part) for part in parts[1:]] == [
        "=1+1",
        "no } brace#be\\cause",
        "-2#why: not",
    ]


def test_gift_braces_are_balanced_in_the_whole_bank() -> None:
    for card in cards("en"):
        bare = re.sub(r"\\[~=#{}:\\n]", "", gift.gift([card]))
        assert (bare.count("{"), bare.count("}")) == (1, 1), card.id
        if card.number is not None:
            found = re.search(r"\{#(.+?):(.+?)(####|\})", bare)
            assert found is not None and float(found[1]) == pytest.approx(card.number)


def notes(raw: bytes, folder: Path) -> dict[str, str]:
    """Fields of each note by its identity."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        package.extract("collection.anki2", folder)
    opened = sqlite3.connect(folder / "collection.anki2")
    found = dict(opened.execute("SELECT guid, flds FROM notes"))
    assert len(json.loads(opened.execute("SELECT models FROM col").fetchone()[0])) == 1
    opened.close()
    return found


def test_anki_knows_a_note_again_when_its_words_change(tmp_path: Path) -> None:
    first = notes(anki.apkg([ODD], "a"), tmp_path)
    mended = PlainCard(**{**ODD.__dict__, "ask": "Better words"})
    second = notes(anki.apkg([mended], "a"), tmp_path)
    assert first.keys() == second.keys() and first != second


def test_anki_shows_marks_and_runs_nothing(tmp_path: Path) -> None:
    (fields,) = notes(anki.apkg([ODD], "a"), tmp_path).values()
    assert "<script>" not in fields and "&lt;script&gt;" in fields
    assert "<b>Bold</b>" in fields and "<code>code</code>" in fields and r"\(x^2\)" in fields


def test_anki_takes_the_whole_bank(tmp_path: Path) -> None:
    assert len(notes(anki.apkg(cards("zh"), "中文"), tmp_path)) == len(list(cards("zh")))


def test_a_table_is_read_back_and_holds_no_formula() -> None:
    text = table.table([ODD])
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text[1:]))
    assert row["question"] == ODD.ask and row["answer"] == "'=1+1"
