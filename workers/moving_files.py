"""Every file that the rows name, brought to another store and read again there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.orm import Session

from archive.kept_bytes import content_keys, paper_keys
from storage.blobs import Blobs
from storage.opening import Storage
from workers.copying import bring

Told = Callable[[int], None]
"""So many files more."""


@dataclass(frozen=True, slots=True)
class Named:
    """The digests that rows name: of books and of signed papers."""

    blobs: Sequence[str]
    papers: Sequence[str]

    @classmethod
    def by(cls, session: Session) -> Named:
        return cls(sorted(content_keys(session)), sorted(paper_keys(session)))

    def __len__(self) -> int:
        return len(self.blobs) + len(self.papers)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was read at the new place: `lost` are digests that are not whole there."""

    files: int
    bytes: int
    lost: Sequence[str]


def holds_others(store: Storage, named: Named) -> bool:
    """Whether files lie in a store, and none of them is of this library."""
    return _only_others(store.blobs, named.blobs) or _only_others(store.private, named.papers)


def send(source: Storage, target: Storage, named: Named, told: Told) -> None:
    """Bring what the new place does not have; what is damaged at the old one stays there."""
    for here, there, keys in _pairs(source, target, named):
        held = set(there.keys())
        for key in keys:
            if key not in held:
                bring(here, there, key)
            told(1)


def compare(target: Storage, named: Named, told: Told) -> Compared:
    """Read every byte at the new place again."""
    size, lost = 0, []
    for store, keys in ((target.blobs, named.blobs), (target.private, named.papers)):
        for key in keys:
            if store.is_intact(key):
                size += store.size(key)
            else:
                lost.append(key)
            told(1)
    return Compared(len(named) - len(lost), size, lost)


def _pairs(
    source: Storage, target: Storage, named: Named
) -> Sequence[tuple[Blobs, Blobs, Sequence[str]]]:
    return (
        (source.blobs, target.blobs, named.blobs),
        (source.private, target.private, named.papers),
    )


def _only_others(store: Blobs, ours: Collection[str]) -> bool:
    known, held = set(ours), store.keys()
    first = next(held, None)
    return first is not None and not any(key in known for key in chain([first], held))
