"""Stored documents that hold addresses of ours: written once, said for every address.

A manifest is built without knowing where the portal is reached; the address is
put in when it leaves.
"""

from __future__ import annotations

# RFC 2606 keeps .invalid free for ever, so no text of a book can hold it by chance.
PLACEHOLDER = "https://sandyq.invalid"


def published_manifest(stored: bytes, base_url: str) -> bytes:
    """The manifest as it is said under `base_url`."""
    return stored.replace(PLACEHOLDER.encode(), base_url.rstrip("/").encode())
