"""Addresses of files on the Hugging Face Hub and on ModelScope.

HF_ENDPOINT (a mirror) and MODELSCOPE_DOMAIN are honoured, as their own clients do. Whatever a
mirror sends, the file must have the SHA-256 of the registry.
"""

import os
from urllib.parse import quote

from lesson_core.artefacts.registry import File, Source


def address(source: Source, file: File) -> str:
    """Where one file of a `hub` or `modelscope` source lies, at its pinned revision."""
    if source.kind == "hub":
        base = os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"
    else:
        domain = os.environ.get("MODELSCOPE_DOMAIN", "").strip("/") or "modelscope.cn"
        base = f"{domain if '://' in domain else 'https://' + domain}/models"
    return f"{base}/{source.name}/resolve/{source.revision}/{quote(file.path)}"
