"""`.streamlit/config.toml`: only keys that Streamlit knows, safe defaults, colours one can read."""

import http.client
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit import config as streamlit_config

from lesson_core.bench.browser import serve

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
TEXT = ("textColor", "linkColor", "codeTextColor", "primaryColor", *(
    f"{name}TextColor" for name in ("orange", "violet", "gray", "blue", "red", "green", "yellow")
))  # fmt: skip
GROUNDS = ("backgroundColor", "secondaryBackgroundColor", "codeBackgroundColor", *(
    f"{name}BackgroundColor" for name in ("red", "green", "yellow", "blue", "orange", "violet")
))  # fmt: skip


def options(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        flat |= options(value, f"{prefix}{key}.") if isinstance(value, dict) else {
            prefix + key: value
        }  # fmt: skip
    return flat


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast of two #rrggbb colours, 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_streamlit_knows_every_key():
    known = set(streamlit_config._config_options_template)
    assert set(options(CONFIG)) - known == set()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("server.address", "127.0.0.1"),
        ("server.allowedHosts", ["localhost", "127.0.0.1"]),
        ("server.enableCORS", True),
        ("server.enableXsrfProtection", True),
        ("server.enableAgentApi", False),
        ("server.enableStaticServing", False),
        ("server.maxUploadSize", 5),
        ("server.maxMessageSize", 50),
        ("server.fileWatcherType", "none"),
        ("server.runOnSave", False),
        ("browser.gatherUsageStats", False),
        ("client.showErrorDetails", "none"),
    ],
)
def test_the_defaults_are_safe(key, value):
    assert options(CONFIG)[key] == value


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    colours = CONFIG["theme"][theme]
    faint = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text in TEXT
        for ground in GROUNDS
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert faint == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_out_from_the_paper(theme):
    colours = CONFIG["theme"][theme]
    marks = colours["chartCategoricalColors"]
    grounds = (colours["backgroundColor"], colours["secondaryBackgroundColor"])
    assert [m for m in marks for ground in grounds if contrast(m, ground) < 3] == []
    assert len(set(marks)) == len(marks)


def test_foreign_pages_cannot_talk_to_the_lab(tmp_path):
    """Neither a page of another origin, nor one that rebinds its name to this machine."""
    script = tmp_path / "app.py"
    script.write_text("import streamlit as st\nst.write('hello')\n", encoding="utf-8")
    with serve(script, tmp_path / "data") as server:
        address = urlsplit(server.url)
        assert address.hostname == "127.0.0.1"
        assert handshake(address) == 101
        assert handshake(address, Host="evil.example") == 403
        assert handshake(address, Origin="http://evil.example") == 403


def handshake(address, **headers: str) -> int:
    """Status of opening the WebSocket through which a page drives the app."""
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    connection.request("GET", "/_stcore/stream", headers=upgrade | headers)
    code = connection.getresponse().status
    connection.close()
    return code
