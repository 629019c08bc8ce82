"""Put the trained student where the lab reads it, in the layout of the Hub, and name its sources.

    python -m lesson_core.tasks.student.package --pairs cmn.txt

Afterwards: `python -m lesson_core.artefacts seal chinese-student`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesson_core.artefacts.registry import REPOSITORY, STUDENT
from lesson_core.model.sentences import NAMES
from lesson_core.tasks import sentence_encoder
from lesson_core.tasks.student import dictionary, start, train
from lesson_core.tasks.student.dictionary import Dictionary
from lesson_core.tasks.translate import pairs

FOLDER = REPOSITORY / "assets" / "models" / STUDENT
SOURCES = """Chinese student: what it was made of

all-MiniLM-L6-v2 by the sentence-transformers project, Apache-2.0, from MiniLM (Microsoft): the
teacher; four of its six layers are where the student began. Changed: layers left out, a Chinese
vocabulary, all weights trained further.

Sentence pairs by the Tatoeba project, https://tatoeba.org, CC BY 2.0 FR
(https://creativecommons.org/licenses/by/2.0/fr/), as packed by manythings.org. Changed: put into
simplified characters, used as training text; no sentence is in the files. By these contributors:

"""


def hub_tensors(weights: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """The weights under the names of a BERT of the Hub."""
    out = {}
    for name, weight in weights.items():
        module, _, kind = name.rpartition(".")
        parts = module.split(".")
        index = parts[1] if parts[0] == "layers" else ""
        pattern = f"layers.{{}}.{parts[2]}" if index else module
        out[f"{NAMES[pattern].format(index)}.{kind}"] = weight.to(dtype).contiguous()
    return out


def config_of(weights: dict[str, Tensor]) -> dict[str, Any]:
    """The config.json of a student."""
    shape = start.shape(weights)
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": shape.vocab_size,
        "hidden_size": shape.d_model,
        "num_hidden_layers": shape.n_layers,
        "num_attention_heads": shape.n_heads,
        "intermediate_size": shape.d_ff,
        "hidden_act": "gelu",
        "max_position_embeddings": shape.max_len,
        "type_vocab_size": shape.segments,
        "layer_norm_eps": shape.norm_eps,
        "pad_token_id": 0,
        "torch_dtype": "bfloat16",
    }


def pack(
    state: dict[str, Tensor], tokenizer: str, glosses: Dictionary, authors: list[str], folder: Path
) -> None:
    """Write the files; `state` holds `weight.…` entries, as the training saves them."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name.removeprefix("weight."): tensor
        for name, tensor in state.items()
        if name.startswith("weight.")
    }
    file = folder / "model.safetensors"
    save_file(hub_tensors(weights, torch.bfloat16), file, metadata={"format": "pt"})
    file.chmod(0o644)  # safetensors writes for the owner only
    glosses.save(folder)
    (folder / "config.json").write_text(json.dumps(config_of(weights), indent=2) + "\n", "utf-8")
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    names = ", ".join(sorted(set(authors), key=str.casefold))
    (folder / "ATTRIBUTION.txt").write_text(SOURCES + names + "\n", encoding="utf-8")


def main() -> None:
    """Pack what `train` left in `--out`."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.tasks.student.package")
    parser.add_argument("--pairs", type=Path, required=True, help="cmn.txt")
    parser.add_argument("--out", type=Path, default=train.BUILD)
    options = parser.parse_args()
    used = pairs.on_side(pairs.read(options.pairs), "train")
    authors = [name for pair in used for name in pair.authors]
    cut = train.tokenizer_in(options.out, used)
    glosses = dictionary.likeliest(start.links(sentence_encoder.load(), cut, used))
    pack(load_file(options.out / "state.safetensors"), cut.to_str(), glosses, authors, FOLDER)


if __name__ == "__main__":
    main()
