"""The parameter census: a stacked bar, and a table whose rows add up to the exact total.

What the component receives: {lang, labels, total, note, groups: [{id, params, rows: [{name, shape:
[sizes], count, params}]}]}; `count` tensors of one shape share a row, and its `params` are theirs
together. Group ids are those of `theory.costs.parameters`; their names are among the labels.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pages.ui.component_loader import mount

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")


def census(*, key: str, rows: Iterable[Mapping[str, Any]], note: str = "") -> None:
    """Draw rows {name, group, shape, params}; the same tensor of every layer becomes one row."""
    groups = grouped(rows)
    total = sum(group["params"] for group in groups)
    mount("census", key=key, data={"total": total, "groups": groups, "note": note})


def grouped(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Groups in order of appearance, each with its tensors gathered over the layers."""
    groups: dict[str, dict[str, Any]] = {}
    lines: dict[tuple[str, str, tuple[int, ...]], dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(row["group"], {"id": row["group"], "params": 0, "rows": []})
        group["params"] += row["params"]
        name = _NUMBER.sub("*", row["name"])
        place = (row["group"], name, tuple(row["shape"]))
        if place not in lines:
            lines[place] = {"name": name, "shape": list(row["shape"]), "count": 0, "params": 0}
            group["rows"].append(lines[place])
        lines[place]["count"] += 1
        lines[place]["params"] += row["params"]
    return list(groups.values())
