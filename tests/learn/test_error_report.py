"""What is copied when somebody reports an error."""

import pytest

from lesson_core.learn import error_report, words


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_place_is_found_again(lang: str) -> None:
    found = error_report.about(lang, "problem kv-cache", "seed 7").splitlines()
    assert found[0].endswith(error_report.version())
    assert found[1:4] == ["problem kv-cache", "seed 7", f"lang={lang}"]
    assert found[-1] == words.t(lang, "card.report_fill")


def test_a_claim_is_quoted_as_it_begins() -> None:
    says = "Every step\nreads all weights. " * 20
    found = error_report.claim("en", "kv-cache", "articles-say", says, model="m", device="")
    assert "kv-cache, articles-say\nmodel=m\n“Every step reads all weights. " in found
    assert "device=" not in found
    quoted = next(line for line in found.splitlines() if line.startswith("“"))
    assert len(quoted) == error_report.QUOTED + len("“”…")
    assert "“short”" in error_report.claim("en", "p", "s", " short\n")
