"""What may be done with a work, to whom it is opened, and who is asking. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a requester wants to do (PREMIS rightsGranted act); the library itself keeps."""

    KEEP = "keep"
    DISCOVER = "discover"
    VIEW = "view"
    SEARCH = "search"
    TEXT = "text"
    DOWNLOAD = "download"
    PRINT = "print"


class Level(StrEnum):
    """To whom something is opened."""

    NOBODY = "nobody"
    PREMISES = "premises"
    REGISTERED = "registered"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, as far as rights care: from inside a branch's building, as a registered reader."""

    on_premises: bool = False
    registered: bool = False


ANYBODY = Requester()
VISITOR = Requester(on_premises=True)
READER = Requester(registered=True)


def reaches(audience: Level, requester: Requester) -> bool:
    """Whether what is opened to `audience` is open to this requester.

    The premises and the register are two different doors: a registered reader at home is
    not in the building, and a visitor in the building has not registered.
    """
    if audience is Level.EVERYBODY:
        return True
    if audience is Level.PREMISES:
        return requester.on_premises
    return audience is Level.REGISTERED and requester.registered
