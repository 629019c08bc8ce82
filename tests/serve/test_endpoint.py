"""The whole way: bundled model, real engine, real sockets, the official client, llama.cpp."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.bench import peer_files
from lesson_core.generate.decode import greedy
from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.endpoint import Load, Target
from lesson_core.schema.recipe import Recipe
from lesson_core.serve import load_report, start
from lesson_core.serve.http import Listening
from lesson_core.serve.load import Generator
from lesson_core.serve.routes import app
from lesson_core.serve.service import Service

PROMPTS = ("The weather is", "今天天气", "She said:", "我想去")


class Running:
    """A server with everything a test may want to look into."""

    def __init__(self, service: Service, url: str) -> None:
        self.service, self.url = service, url
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)

    @property
    def engine(self) -> Any:
        return self.service.runner._engine

    def text(self, prompt: str, **fields: Any) -> str:
        asked = {"model": self.service.name, "max_tokens": 24, "temperature": 0.0, **fields}
        return self.client.completions.create(prompt=prompt, **asked).choices[0].text


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The bundled model in fp32, four answers side by side."""
    service = start.from_recipe(Recipe(model=FALLBACK, threads=1), max_seqs=4, waiting=60)
    with Listening(app(service)) as server:
        yield Running(service, server.url)
    service.runner.close()


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never happened")


def test_the_official_client_reads_models_and_completions(running: Running) -> None:
    assert [model.id for model in running.client.models.list()] == [FALLBACK]
    found = running.client.completions.create(
        model=FALLBACK, prompt=PROMPTS[0], max_tokens=8, temperature=0, extra_body={
            "ignore_eos": True},
    )  # fmt: skip
    assert found.choices[0].finish_reason == "length" and found.choices[0].text
    assert found.usage and found.usage.completion_tokens == 8


def test_a_stream_says_what_the_whole_says(running: Running) -> None:
    for prompt in PROMPTS:
        stream = running.client.completions.create(
            model=FALLBACK, prompt=prompt, max_tokens=24, temperature=0, stream=True,
            stream_options={"include_usage": True},
        )  # fmt: skip
        chunks = list(stream)
        pieces = [chunk.choices[0].text for chunk in chunks if chunk.choices]
        assert "".join(pieces) == running.text(prompt)
        assert "\ufffd" not in "".join(pieces)
        assert chunks[-1].usage and chunks[-1].usage.completion_tokens >= 1


def test_the_text_is_that_of_the_model_alone(running: Running) -> None:
    """Many at a time over HTTP, against one at a time without any server."""
    import torch

    model: Transformer = running.engine.model
    tokenizer = running.service.tokenizer

    def alone(prompt: str) -> str:
        ids = tokenizer.encode(prompt)
        cache = new_cache("preallocated", model.config, 1, len(ids) + 12, torch.float32, "cpu")
        return tokenizer.decode(greedy(model, torch.tensor([ids]), 12, cache)[0].tolist())

    async def together() -> list[str]:
        client = openai.AsyncOpenAI(base_url=f"{running.url}/v1", api_key="none", max_retries=0)
        asked = [
            client.completions.create(model=FALLBACK, prompt=prompt, max_tokens=12, temperature=0,
                                      extra_body={"ignore_eos": True})
            for prompt in PROMPTS * 3
        ]  # fmt: skip
        found = [answer.choices[0].text for answer in await asyncio.gather(*asked)]
        await client.close()
        return found

    assert asyncio.run(together()) == [alone(prompt) for prompt in PROMPTS * 3]


def test_a_seed_repeats_and_samples_differ(running: Running) -> None:
    def drawn(seed: int) -> list[str]:
        found = running.client.completions.create(
            model=FALLBACK, prompt=PROMPTS[1], max_tokens=12, temperature=1.2, seed=seed, n=3
        )
        return [choice.text for choice in found.choices]

    assert drawn(7) == drawn(7) != drawn(8)
    assert len(set(drawn(7))) > 1


def test_a_stop_string_over_real_token_borders(running: Running) -> None:
    """Every place of a real answer, whatever its tokens are, as a stop of three letters."""
    whole = running.text(PROMPTS[0])
    assert len(whole) > 20
    for at in range(4, 16):
        stop = whole[at : at + 3]
        found = running.client.completions.create(
            model=FALLBACK, prompt=PROMPTS[0], max_tokens=24, temperature=0, stop=stop
        )
        assert found.choices[0].text == whole[: whole.index(stop)]
        assert found.choices[0].finish_reason == "stop"


def test_errors_reach_the_official_client_as_its_own(running: Running) -> None:
    with pytest.raises(openai.NotFoundError, match="no-such"):
        running.client.completions.create(model="no-such", prompt="Hi")
    with pytest.raises(openai.BadRequestError, match="max_tokens"):
        running.client.completions.create(model=FALLBACK, prompt="Hi", max_tokens=-1)
    with pytest.raises(openai.BadRequestError, match="logprobs"):
        running.client.completions.create(model=FALLBACK, prompt="Hi", logprobs=3)
    with pytest.raises(openai.BadRequestError, match="conversations"):
        running.client.chat.completions.create(
            model=FALLBACK, messages=[{"role": "user", "content": "Hi"}]
        )
    with pytest.raises(openai.BadRequestError, match="takes 512"):
        running.client.completions.create(model=FALLBACK, prompt="word " * 1_000_000)


def test_a_client_gone_mid_stream_gives_its_blocks_back(running: Running) -> None:
    pool = running.engine.scheduler.blocks
    until(lambda: running.service.runner.active == 0 and not running.engine.busy)
    before = pool.used
    for _ in range(3):
        stream = running.client.completions.create(
            model=FALLBACK, prompt=PROMPTS[0], max_tokens=400, temperature=0, stream=True,
            extra_body={"ignore_eos": True},
        )  # fmt: skip
        next(iter(stream))
        assert pool.used > before
        stream.close()
    until(lambda: pool.used == before and not running.engine.busy)


def test_a_thousand_connections_on_the_real_engine(running: Running) -> None:
    async def everybody() -> list[int]:
        limits = httpx.Limits(max_connections=None)
        body = {"model": FALLBACK, "prompt": "Hi", "max_tokens": 2, "temperature": 0}
        async with httpx.AsyncClient(limits=limits, timeout=100, trust_env=False) as client:
            url = f"{running.url}/v1/completions"
            asked = [client.post(url, json=body) for _ in range(1000)]
            return [found.status_code for found in await asyncio.gather(*asked)]

    codes = asyncio.run(everybody())
    assert set(codes) <= {200, 429} and codes.count(200) >= 64
    until(lambda: running.service.runner.active == 0 and not running.engine.busy)


def test_our_load_generator_on_our_server(running: Running) -> None:
    load = Load(connections=4, requests=12, prompt_words=8, new_tokens=6)
    found = measured(running.url, load)
    assert found["answered"] == 12 and found["usage"]["wrong"] == found["usage"]["missing"] == 0
    assert found["tokens"] == 12 * 6  # end of text is ignored


def measured(url: str, load: Load) -> dict[str, Any]:
    generator = Generator(Target(url=url), load)
    generator.hello()
    return load_report.summary(list(generator.run()), load)


def test_our_load_generator_on_a_llama_cpp_server() -> None:
    xllamacpp = pytest.importorskip("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(peer_files.gguf(folder_of(FALLBACK), "fp32"))
    params.n_parallel, params.n_ctx, params.verbosity, params.warmup = 2, 1024, -1, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    load = Load(connections=2, requests=6, prompt_words=8, new_tokens=6, timeout_s=60)
    found = measured(server.listening_address, load)
    assert found["answered"] == 6 and not found["failures"]
    assert found["usage"]["wrong"] == found["usage"]["missing"] == 0
    assert found["tokens"] == 6 * 6


@pytest.mark.model
def test_a_conversation_with_the_default_model() -> None:
    service = start.from_recipe(Recipe(model=DEFAULT), max_seqs=2, waiting=2)
    try:
        with Listening(app(service)) as server:
            client = openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)
            found = client.chat.completions.create(
                model=DEFAULT, temperature=0, max_tokens=12,
                messages=[{"role": "user", "content": "What is the capital of France?"}],
            )  # fmt: skip
    finally:
        service.runner.close()
    assert "Paris" in str(found.choices[0].message.content)
