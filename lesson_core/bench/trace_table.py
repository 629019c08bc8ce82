"""Make the bundled table of recorded requests from the files that Azure published.

`python -m lesson_core.bench.trace_table FOLDER`: reads AzureLLMInferenceTrace_{conv,code}.csv
(https://github.com/Azure/AzurePublicDataset, CC BY 4.0), writes assets/tables/azure_2023.csv.gz:
which trace, milliseconds since the request before, tokens in, tokens out. Nothing is left out;
times are rounded to a millisecond.
"""

import gzip
import io
import sys
from pathlib import Path

from lesson_core.serve.trace import TABLE, read

FILES = {
    "conversation": "AzureLLMInferenceTrace_conv.csv",
    "code": "AzureLLMInferenceTrace_code.csv",
}


def main() -> int:
    """Write the table; prints how many requests it holds."""
    text = io.StringIO(newline="")
    text.write("trace,gap_ms,prompt,answer\n")
    for name, file in FILES.items():
        before = 0
        for arrival in read(Path(sys.argv[1]) / file):
            at_ms = round(arrival.at_s * 1000)
            text.write(f"{name},{at_ms - before},{arrival.prompt},{arrival.answer}\n")
            before = at_ms
    rows = text.getvalue()
    # Without a time or a name inside, the same rows always give the same bytes.
    TABLE.write_bytes(gzip.compress(rows.encode(), 9, mtime=0))
    print(f"{rows.count(chr(10)) - 1} requests, {TABLE.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
