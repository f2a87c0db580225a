"""Bytes that a step has made: kept by content before any row speaks of them."""

from __future__ import annotations

from archive.derivation import Made
from storage.blobs import Blobs


def keep(blobs: Blobs, role: str, media_type: str, content: bytes) -> Made:
    """Keep the bytes and say what they are.

    Raises:
        Transient: ``storage-full``.
    """
    return Made(role, blobs.put([content]), media_type, len(content))
