"""Is this the password? argon2id, by the library's own parameters (RFC 9106)."""

from __future__ import annotations

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


@functools.cache
def _nobodys() -> str:
    """Verified when nobody has that name, so that the time of the answer does not tell.

    Made when the first person signs in: hashing takes as long as a command's whole start.
    """
    return _HASHER.hash("nobody")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that `kept` was made of; None is nobody's."""
    nobodys = _nobodys()  # asked for first, so that whoever comes first waits as long
    try:
        return _HASHER.verify(kept or nobodys, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
