"""Quantization by hand: one real matrix, a group size, an outlier, and what becomes of a group."""

import numpy as np
import streamlit as st

from lesson_core.artefacts import matrices
from lesson_core.artefacts.registry import FALLBACK
from lesson_core.artefacts.unquantised import never_quantised
from lesson_core.errors import LabError
from lesson_core.theory import grids
from pages.ui import badges, lesson, problems, running
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

ROWS = 64  # of the matrix; enough for an error, and read in a moment
BITS = (8, 4, 3, 2)
OUTLIERS = (0, 5, 10, 20, 50, 100)
SHOWN = 8  # weights of the group that are written out
AT = 3  # the column that becomes the outlier: in the first group, whatever its size


def ask(lesson_id: str) -> None:
    """The choices, then the group, its grid, and the error against the size of a group."""
    lesson.heading("by_hand")
    st.markdown(t("compression.hand.lead"))
    try:
        _experiment(lesson_id)
    except LabError as problem:
        problems.show(problem)


def _experiment(lesson_id: str) -> None:
    key = f"{lesson_id}.hand"
    titles = {model: running.title(model) for model in (FALLBACK, running.model_id())}
    factors = {times: f"{times}×" if times else t("compression.hand.none") for times in OUTLIERS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = st.selectbox(t("compression.hand.model"), list(titles), key=f"{key}.model",
                             width=220, format_func=titles.__getitem__)  # fmt: skip
        shapes = matrices.listed(model or FALLBACK)
        names = list(shapes)
        name = st.selectbox(t("compression.hand.matrix"), names, width=380,
                            index=min(len(names) - 1, 7), key=f"{key}.matrix.{model}")  # fmt: skip
    weights = _rows(model or FALLBACK, name or names[0])
    sizes = grids.group_sizes(weights.shape[1])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bits = st.segmented_control(t("compression.hand.bits"), BITS, default=4, required=True,
                                    key=f"{key}.bits")  # fmt: skip
        group = st.select_slider(t("compression.hand.group"), sizes, value=min(32, sizes[-1]),
                                 key=f"{key}.group.{sizes[-1]}", width=240)  # fmt: skip
        times = st.select_slider(t("compression.hand.outlier"), OUTLIERS, key=f"{key}.outlier",
                                 width=240, format_func=factors.__getitem__)  # fmt: skip
    changed = grids.with_outlier(weights, 0, AT, float(times))
    _group(changed, int(bits or 4), int(group), loud=bool(times))
    _chart(key, weights, changed, int(bits or 4), int(group))
    if not never_quantised(model or FALLBACK):
        st.caption(t("compression.hand.on_the_grid", model=running.title(model)))


@st.cache_data(max_entries=8, show_spinner=False)
def _rows(model: str, name: str) -> grids.Array:
    return matrices.rows(model, name, ROWS)


def _group(weights: grids.Array, bits: int, group: int, loud: bool) -> None:
    """The first group, weight by weight; the loud one stands out."""
    grid = grids.quantize(weights, bits, group)
    shown = min(SHOWN, group)
    back = grid.read_back()[0]
    rows = []
    for i in range(shown):
        weight = f"{weights[0, i]:.4f}"
        cells = (f"{grid.codes[0, 0, i]:.0f}", f"{back[i]:.4f}", f"{back[i] - weights[0, i]:+.4f}")
        rows.append([f"**{weight}**" if loud and i == AT else weight, *cells])
    heads = [t(f"compression.hand.{name}") for name in ("weight", "code", "back", "error")]
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, ["--:"] * 4, *rows)]
    st.markdown("\n".join(lines))
    scale, codes = float(grid.scales[0, 0, 0]), grid.codes[0, 0]
    st.markdown(
        t("compression.hand.grid", scale=f"{scale:.5f}", zero=f"{float(grid.zeros[0, 0, 0]):.4f}",
          levels=2**bits, used=len(np.unique(codes)), group=group,
          bits=f"{grids.bits_per_weight(bits, group):.2f}".rstrip("0").rstrip("."),
          error=f"{grids.error(weights[:1, :group], bits, group) * 100:.2g}")
    )  # fmt: skip


def _chart(key: str, weights: grids.Array, loud: grids.Array, bits: int, group: int) -> None:
    """The error of these rows over the size of a group; the plain weights beside the loud ones."""
    sizes = grids.group_sizes(weights.shape[1])

    def line(values: grids.Array) -> list[tuple[float, ...]]:
        # The outlier itself is left out of the sum: it is what the others pay for.
        others = np.arange(values.shape[1]) != AT
        found: list[tuple[float, ...]] = []
        for size in sizes:
            off = (grids.quantize(values[:1], bits, size).read_back() - values[:1])[0, others]
            whole = float(np.sqrt(np.square(off).sum() / np.square(values[0, others]).sum()))
            found.append((float(size), max(whole * 100, 1e-6)))
        return found

    series = [Series(label=t("compression.hand.as_it_is"), points=line(weights), role="decode")]
    if not np.array_equal(weights, loud):
        series.append(
            Series(label=t("compression.hand.with_outlier"), points=line(loud), role="overhead")
        )
    chart = Chart(
        title=t("compression.hand.chart"),
        x=Axis(label=t("compression.hand.x"), log=True, zero=False),
        y=Axis(label=t("compression.hand.y")),
        series=series, marks=[Mark(x=float(group), label=t("compression.hand.here"))],
        badges=[badges.counted()], height=240,
    )  # fmt: skip
    xy_chart(key=f"{key}.chart", chart=chart)
