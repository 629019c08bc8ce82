"""A link that shows someone else what I see: page, language and the run."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.ui.language import current, t


def link() -> str:
    """The address of this page with its language and job."""
    parts = urlsplit(st.context.url or "")
    kept = {key: st.query_params[key] for key in st.query_params if key not in ("lang", "embed")}
    query = urlencode({"lang": current(), **kept})
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def button() -> None:
    """The share button with the link to copy."""
    box = st.popover(t("frame.share"), key="frame.share", type="tertiary", on_change="rerun")
    if box.open:
        box.caption(t("frame.share_note"))
        box.code(link(), language=None, wrap_lines=True)
