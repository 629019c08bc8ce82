"""Cards for Anki: a deck whose notes keep their identity, so that a later deck updates them."""

import html
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import genanki

from lesson_core.learn.exports.cards import PlainCard

MODEL_ID, DECK_ID = 1_607_392_319, 2_059_400_110  # drawn once; another number is another deck
FRONT = '<div class="ask">{{Question}}</div>'
BACK = '{{FrontSide}}<hr id="answer">{{Answer}}<div class="where">{{Where}}</div>'
STYLE = """.card { font: 18px/1.5 sans-serif; text-align: left; max-width: 42em; margin: auto; }
.where { color: #767d86; font-size: 13px; margin-top: 1em; }"""
MARKS = (
    (re.compile(r"\$\$(.+?)\$\$", re.DOTALL), r"\\[\1\\]"),
    (re.compile(r"\$(.+?)\$"), r"\\(\1\\)"),
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\*(.+?)\*"), r"<i>\1</i>"),
    (re.compile(r"`(.+?)`"), r"<code>\1</code>"),
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)"), r'<a href="\2">\1</a>'),
)


class Note(genanki.Note):  # type: ignore[misc]
    """A note that Anki knows again by the id of its question."""

    @property
    def guid(self) -> str:
        """From the id alone, not from the words, which may be mended."""
        return str(genanki.guid_for(self.fields[2]))


def apkg(cards: Iterable[PlainCard], title: str) -> bytes:
    """The deck as the bytes of an .apkg file."""
    model = genanki.Model(
        MODEL_ID, "LLM Speed Lab",
        fields=[{"name": name} for name in ("Question", "Answer", "Where")],
        templates=[{"name": "Card", "qfmt": FRONT, "afmt": BACK}], css=STYLE,
    )  # fmt: skip
    deck = genanki.Deck(DECK_ID, title)
    for card in cards:
        tags = [card.lesson, card.topic, card.level]
        deck.add_note(Note(model=model, fields=[_front(card), _back(card), card.id], tags=tags))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(file)
        return file.read_bytes()


def _front(card: PlainCard) -> str:
    choices = sorted([card.answer, *(text for text, _ in card.wrong)]) if card.wrong else []
    return "<br>".join([_html(card.ask), *(f"○ {_html(choice)}" for choice in choices)])


def _back(card: PlainCard) -> str:
    wrong = [f"✗ {_html(text)} — {_html(said)}" for text, said in card.wrong]
    return "<br>".join([f"<b>{_html(card.answer)}</b>", _html(card.why), *wrong])


def _html(markdown: str) -> str:
    """The few marks that cards use, on escaped text."""
    text = html.escape(markdown.strip(), quote=False)
    for mark, made in MARKS:
        text = mark.sub(made, text)
    return text.replace("\n", "<br>")
