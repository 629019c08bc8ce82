"""Files of words that people write by hand: a mapping, read so that mistakes show."""

from pathlib import Path
from typing import Any

import yaml


class _Strict(yaml.SafeLoader):
    """A name written twice is an error; YAML itself quietly keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"line {node.start_mark.line + 1}: written twice: {sorted(twice)}")
        return super().construct_mapping(node, deep)


def load(path: Path) -> dict[str, Any]:
    """The mapping in the file. Raises ValueError for anything else."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), _Strict)
    if not isinstance(loaded, dict):
        raise ValueError(f"{path.name} is no list of names")
    return loaded
