"""“Report an error” on every claim: what is copied finds the place and gives nothing else away."""

from pathlib import Path

import pytest

from lesson_core.artefacts import home
from lesson_core.learn import content, error_report, words
from lesson_core.learn.catalogue import LESSONS
from tests.app.stored import answered
from tests.app.test_pages import ROOT, opened


def reports(app) -> list[str]:
    fill = words.t("en", "card.report_fill"), words.t("zh", "card.report_fill")
    return [code.value for code in app.code if code.value.endswith(fill)]


@pytest.mark.parametrize("n", range(len(LESSONS)), ids=[entry.id for entry in LESSONS])
def test_every_section_that_claims_something_can_be_reported(n: int) -> None:
    entry, lang = LESSONS[n], words.LANGUAGES[n % 2]  # the languages in turn
    found = reports(answered(entry.id, lang))
    sections = ["explanation", "what-to-say", "articles-say"]
    if "transfer" in entry.parts:
        sections.append("transfer")
    for section in sections:
        (report,) = (one for one in found if f"\n{entry.id}, {section}\n" in one)
        assert error_report.version() in report and f"lang={lang}" in report
    quoted = next(one for one in found if "articles-say" in one)
    begins = " ".join(content.sections(entry.id, lang)["correction"].split())[:20].split("{")[0]
    assert begins in quoted


@pytest.mark.parametrize(
    ("path", "name"), [("pages/start/settings.py", "settings"), ("pages/start/home.py", "home")]
)
def test_every_page_has_one_at_its_foot(path: str, name: str) -> None:
    (report,) = (one for one in reports(opened(path, "en")) if f"page {name}\n" in one)
    assert "model=" in report


def test_nothing_of_the_machine_is_in_it() -> None:
    for report in reports(answered("kv-cache", "en")):
        for path in (ROOT, home.lab_home(), Path.home()):
            assert str(path) not in report
