"""The words of measuring a server: which one, how it is asked, what came of each request.

An API key is never part of them. A target names the environment variable that holds it, and only
names that begin with LAB_API_KEY are ever read, so that no typed name can send another secret away.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe

Loop = Literal["open", "closed"]
Api = Literal["completions", "chat"]
KEY_NAME = re.compile(r"LAB_API_KEY[A-Z0-9_]*")
MOST_REQUESTS, MOST_CONNECTIONS = 2_000, 1_000


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server: its address, one of its models ("": the first it lists), where its key stands."""

    url: str
    model: str = ""
    api: Api = "completions"
    key_env: str = ""

    def __post_init__(self) -> None:
        check_url(self.url)
        if self.key_env and not KEY_NAME.fullmatch(self.key_env):
            raise LabError("endpoint_key_name", name=self.key_env[:60])

    @property
    def base(self) -> str:
        """The address in front of /models and /completions; /v1 where no path was typed."""
        parts = urlsplit(self.url.strip())
        path = re.sub(r"(/chat)?/completions/?$", "", parts.path).rstrip("/")
        return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"


@dataclass(frozen=True, kw_only=True)
class Load:
    """How a server is asked.

    closed: `connections` users, each asks again as soon as it is answered. open: requests come by
    a Poisson process of `rate` per second, whatever the server does; `connections` 0 sends each
    when it is due, otherwise at most so many are under way and the others wait here.
    """

    loop: Loop = "closed"
    rate: float = 1.0
    connections: int = 4
    requests: int = 40
    prompt_words: int = 32
    new_tokens: int = 16
    timeout_s: float = 60.0  # of one request
    ttft_goal_s: float = 1.0
    tpot_goal_s: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("rate", self.rate, 0.001, 1_000)
        check_range("connections", self.connections, self.loop == "closed", MOST_CONNECTIONS)
        check_range("requests", self.requests, 1, MOST_REQUESTS)
        check_range("prompt words", self.prompt_words, 1, 100_000)
        check_range("new_tokens", self.new_tokens, 1, 4_096)
        check_range("timeout_s", self.timeout_s, 0.01, 600)
        check_range("TTFT", self.ttft_goal_s, 0.001, 3_600)
        check_range("TPOT", self.tpot_goal_s, 0.0001, 3_600)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came of one request; seconds from the run's zero.

    `intended_s` is when it was due, `started_s` when it was sent, `piece_s` when each piece of
    text arrived. `failure` names what went wrong ("" nothing), `detail` the values of its
    sentence. `said_in` and `said_out` are the server's own counts of tokens.
    """

    index: int
    intended_s: float
    started_s: float
    end_s: float
    piece_s: tuple[float, ...] = ()
    text_bytes: int = 0
    said_in: int | None = None
    said_out: int | None = None
    failure: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Job `endpoint`: a closed loop to see what the server manages, then an open one.

    The open loop asks for `share` of what the closed one achieved, through as many connections;
    `loop` "closed" leaves it out. Without a `target` the lab's own server is started with `recipe`
    and measured.
    """

    recipe: Recipe
    target: Target | None = None
    loop: Loop = "open"
    connections: int = 4
    share: float = 1.2
    requests: int = 60
    prompt_words: int = 32
    new_tokens: int = 16
    ttft_goal_s: float = 1.0
    tpot_goal_s: float = 0.2

    def __post_init__(self) -> None:
        check_range("connections", self.connections, 1, 64)
        check_range("share", self.share, 0.1, 5)
        check_range("requests", self.requests, 40, 600)  # p95 needs forty
        check_range("prompt words", self.prompt_words, 1, 2_000)
        check_range("new_tokens", self.new_tokens, 2, 256)
        self.load()

    def load(self, rate: float = 1.0) -> Load:
        """The open loop at `rate` requests per second."""
        return Load(
            loop="open", rate=rate, connections=self.connections, requests=self.requests,
            prompt_words=self.prompt_words, new_tokens=self.new_tokens, seed=1,
            ttft_goal_s=self.ttft_goal_s, tpot_goal_s=self.tpot_goal_s,
        )  # fmt: skip


def check_url(url: str) -> None:
    """Only http and https, a host, and nothing that would be kept although it is a secret."""
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        port = parts.port  # ValueError where it is no port
    except ValueError:
        known, port = False, None
    if not known or port == 0 or len(url) > 500 or not url.isprintable():
        raise LabError("endpoint_url", url=url[:80])
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise LabError("endpoint_url_secret")
