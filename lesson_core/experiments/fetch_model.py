"""Job `fetch_model`: bring an artefact of the registry here.

- `progress` detail {what: stage ("download", "verify", "convert", …), done: bytes, total: bytes,
  source}.
- `result` detail {artefact, bytes}.

Imports no torch: it runs in the small background process.
"""
