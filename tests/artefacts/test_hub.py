"""Addresses: the default, mirrors, ModelScope."""

import pytest

from lesson_core.artefacts import hub
from lesson_core.artefacts.registry import File, Source

REVISION = "a" * 40


def at(kind: str, revision: str = REVISION) -> str:
    file = File(path="sub/a b.json", bytes=1, sha256="0" * 64)
    found = Source(kind=kind, name="org/m", form="hub_layout", files=(file,), revision=revision)
    return hub.address(found, file)


def test_the_hub():
    assert at("hub") == f"https://huggingface.co/org/m/resolve/{REVISION}/sub/a%20b.json"


def test_a_mirror(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert at("hub") == f"https://mirror.example/org/m/resolve/{REVISION}/sub/a%20b.json"


@pytest.mark.parametrize(
    ("domain", "base"),
    [("", "https://modelscope.cn"), ("ms.example", "https://ms.example"), ("http://x", "http://x")],
)
def test_modelscope(monkeypatch, domain, base):
    monkeypatch.setenv("MODELSCOPE_DOMAIN", domain)
    assert at("modelscope", "master") == f"{base}/models/org/m/resolve/master/sub/a%20b.json"
