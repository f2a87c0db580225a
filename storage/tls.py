"""Which authorities do we believe when a server proves who it is?"""

from __future__ import annotations

import ssl
from pathlib import Path

from storage.errors import Refused

PREFIX = "SANDYQ_"


def trusting(name: str, authorities: Path | None) -> ssl.SSLContext:
    """A context that believes these certificates (PEM); None means the system's.

    Raises:
        Refused: ``bad-setting`` of this `name`, there are no certificates in the file.
    """
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise Refused("bad-setting", name=PREFIX + name, value=str(authorities)) from error


def check_authorities(name: str, authorities: Path) -> None:
    """For clients that read the file themselves, and late.

    Raises:
        Refused: as `trusting`.
    """
    trusting(name, authorities)
