"""The one workbench of this server, and what a learner should know about where code runs."""

import streamlit as st

from lesson_core.learn.sandbox import tiers
from lesson_core.learn.workbench import Workbench
from pages.ui import problems
from pages.ui.language import t
from pages.ui.plain_text import literal


@st.cache_resource(max_entries=1, show_spinner=False)
def bench() -> Workbench:
    """Its tier was tried out, for the address that this server listens on."""
    return Workbench(tiers.standing(str(st.get_option("server.address") or "")))


def warn() -> None:
    """Stays where code has the learner's rights, or where none runs: why, and the repair."""
    standing = bench().standing
    if standing.tier in ("A", "B"):
        return
    said = problems.sentence(standing.says().code, {})
    st.warning(literal(said), icon=":material/gpp_maybe:")
    reasons = [problems.sentence(one.code, one.values) for one in standing.reasons()]
    with st.expander(t("workbench.fence")):
        st.markdown("\n".join(f"- {literal(reason)}" for reason in reasons))


def line() -> None:
    """The tier, in words."""
    standing = bench().standing
    if standing.tier in ("A", "B"):
        name = t("workbench.tier", tier=standing.tier)
        said = problems.sentence(standing.says().code, {})
        st.caption(f":material/shield: {name} · {literal(said)}")
