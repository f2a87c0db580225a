"""The secret by which the portal knows its own forms again, made at the first start."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret_key(home: Path) -> bytes:
    """The key of this home folder: 32 random bytes that only its owner may read.

    The portal's processes start together; whoever is first makes it.
    """
    file = home / "secret.key"
    home.mkdir(parents=True, exist_ok=True)
    unfinished = home / f"secret.key.{secrets.token_hex(8)}"
    if not file.exists():
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as made:
            made.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(unfinished, file)
        unfinished.unlink()
    return file.read_bytes()
