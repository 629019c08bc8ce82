"""Progress: what is known, what comes back when, and how well guesses knew themselves."""

from datetime import datetime

import streamlit as st

from lesson_core.learn import bank, spacing
from pages.ui import practice_desk, progress_views, spot_score
from pages.ui.language import current, t

DAYS = 14

st.title(t("progress.title"), anchor=False)
desk, now = practice_desk.desk(), datetime.now().astimezone()
standings = desk.standings()
begun = [one for one in standings.values() if one is not None]
st.markdown(t("progress.begun", begun=len(begun), count=len(standings)))
progress_views.solved()
if begun:
    st.header(t("progress.mastery"), anchor="mastery")
    names = {topic: getattr(said, current()) for topic, said in bank.topics().items()}
    progress_views.mastery(desk.mastery(now), names)
    st.header(t("progress.forecast"), anchor="forecast")
    progress_views.forecast(spacing.forecast(begun, now, DAYS), now.date())
spot_score.show()
st.header(t("progress.calibration"), anchor="calibration")
progress_views.calibration()
