"""The registry that ships, and the mistakes its reader refuses."""

import pytest

from lesson_core.artefacts.registry import DEFAULT, FALLBACK, Registry
from lesson_core.errors import LabError
from tests.artefacts.conftest import REVISION, entry, source

NAMES = {"gguf": {"gguf"}, "hub_layout": {"json", "safetensors"}, "word_vectors_json": {"json"}}


def test_what_ships_is_complete():
    ids = [artefact.id for artefact in Registry.load().all()]
    assert ids[:2] == [DEFAULT, FALLBACK]
    for artefact in Registry.load().all():
        assert artefact.title.keys() == artefact.what.keys() == {"en", "zh"}
        assert artefact.bundled == (not artefact.sources)
        assert artefact.license and artefact.attribution and artefact.languages
        for found in artefact.sources:
            names = {file.path.rsplit(".", 1)[-1] for file in found.files}
            assert names == NAMES[found.form]
    assert "zh" in Registry.load().get("qwen3-0.6b").languages


def test_every_source_of_a_hub_model_has_the_same_bytes():
    hub, modelscope = Registry.load().get("qwen3-0.6b").sources
    assert hub.files == modelscope.files


def test_an_unknown_id_lists_the_known_ones():
    with pytest.raises(LabError) as caught:
        Registry.load().get("gpt-5")
    assert DEFAULT in caught.value.values["known"]


@pytest.mark.parametrize(
    "text",
    [
        entry(sources=(source(more='revision = "main"'),)),
        entry(sources=(source("wheel", more='version = "1"'),)),
        entry(sources=(source(files={"../up": b""}),)),
        entry(sources=(source(files={"/etc/x": b""}),)),
        entry(sources=(source("ftp"),)),
        entry(sources=(source().replace("sha256", "md5"),)),
        entry(sources=(source(files={"a": b""}).replace('sha256 = "e3', 'sha256 = "zz'),)),
        entry("Upper"),
        entry().replace("chat", "chatty"),
    ],
)
def test_a_mistake_in_the_file_is_refused(write_registry, text):
    write_registry(text)
    with pytest.raises(TypeError):
        Registry.load()


def test_labels_and_sizes(write_registry):
    write_registry(entry(sources=(source(files={"a": b"123", "b": b"4"}),)))
    tiny = Registry.load().get("tiny")
    assert (tiny.bytes, tiny.sources[0].label) == (4, "hub lab/tiny")
    assert tiny.sources[0].revision == REVISION
