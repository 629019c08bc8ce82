"""The lab's server: `streamlit run app.py`. The frame and the router are in pages/ui."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import streamlit as st

from lesson_core.compute.jobs import manager
from lesson_core.store.backups import keep_taking


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Start the warm worker before the first visitor comes; stop all workers with the server."""
    jobs = manager()
    jobs.prepare()
    copying = asyncio.create_task(keep_taking(jobs.backups))
    yield
    copying.cancel()
    jobs.shutdown()


app = st.App(Path(__file__).parent / "pages" / "ui" / "router.py", lifespan=lifespan)
