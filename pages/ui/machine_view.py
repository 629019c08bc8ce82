"""The machine card on a page: curves growing while it is measured, the roofline afterwards."""

from typing import Any

import streamlit as st

from lesson_core.compute.jobs import JobStatus
from pages.ui import measure, runs
from pages.ui.roofline_view import roofline_view


def live(lesson_id: str, job: str) -> None:
    """Follow the measurement; afterwards, or before the first, the newest card."""
