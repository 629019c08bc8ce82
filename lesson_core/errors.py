"""What can go wrong in a way that a learner should read about.

`LabError` carries a code and the values; the sentence belongs to the reader's language and
lives in `assets/i18n/{en,zh}.yaml` under `errors.<code>`. Everything else crashes loudly.
"""


class LabError(Exception):
    """A problem with a name: `LabError("prompt_too_long", tokens=9412, limit=8192)`."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        detail = ", ".join(f"{key}={value}" for key, value in values.items())
        super().__init__(f"{code} ({detail})" if detail else code)
