"""On which weights quality may be measured: on those that were never quantised.

The default model comes as 4-bit weights expanded to fp32. They lie on a 4-bit grid already, so
rounding them to that grid again costs nothing, and rounding to int8 next to nothing: they would
flatter every scheme. The largest rung of the ladder was trained in fp32 and never rounded.
"""

import json

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.manifest import origin_of
from lesson_core.artefacts.registry import JUDGE, Registry


def never_quantised(artefact_id: str) -> bool:
    """Whether these very files hold the weights as they were trained."""
    artefact = Registry.load().get(artefact_id)
    if artefact.bundled:  # trained here, in fp32, and not always kept so
        config = json.loads((folder_of(artefact_id) / "config.json").read_text("utf-8"))
        return bool(config["torch_dtype"] == "float32")
    origin = origin_of(artefact_id)
    return any(
        origin == source.label and source.form == "hub_layout" for source in artefact.sources
    )


def quality_model(artefact_id: str) -> str:
    """The model that stands in for this one where quality is measured: itself, if it may."""
    return artefact_id if never_quantised(artefact_id) else JUDGE
