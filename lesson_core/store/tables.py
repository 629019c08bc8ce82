"""The tables. JSON is kept as ASCII text, so that any text a learner typed survives."""

import sqlalchemy as sa

SCHEMA_VERSION = 2
"""Raised with every change; the step that brings older databases up goes into `migrations`."""

LEARNER = "local"  # one profile per machine until there is a login

metadata = sa.MetaData()

schema_version = sa.Table(
    "schema_version",
    metadata,
    sa.Column("version", sa.Integer, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("session", sa.String, nullable=False),
    sa.Column("spec", sa.Text, nullable=False),  # JSON
    sa.Column("state", sa.String, nullable=False),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("error", sa.Text, nullable=False),  # JSON
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("job_id", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),  # order of arrival
    sa.Column("uuid", sa.String, nullable=False, unique=True),
    sa.Column("learner", sa.String, nullable=False),
    sa.Column("page", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False),
    sa.Column("value", sa.Text, nullable=False),  # JSON
    sa.Column("confidence", sa.Float),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Index("answers_by_learner", "learner", "page", "kind", "key"),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("learner", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),  # JSON
)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("machine_id", sa.String, nullable=False, index=True),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("threads", sa.Integer, nullable=False),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # JSON
)
