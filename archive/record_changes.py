"""What does a changed record change in a Work, and what must stay as a person made it?

Three are compared, field by field: what the catalogue said last, what it says now,
and what stands in the Work. Where the Work still says what the catalogue said, it
follows; where a person has written something else, that stays and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from archive.catalogue_values import CatalogueRecord, plain_of
from archive.handover import fold
from archive.works import Work

# The Work's columns that a catalogue fills, and what it says of each.
FIELDS: Mapping[str, Callable[[CatalogueRecord], Any]] = MappingProxyType(
    {
        "type": lambda record: record.type,
        "title": lambda record: record.title,
        "subtitle": lambda record: record.subtitle or None,
        "source_title": lambda record: record.source_title or None,
        "language": lambda record: record.language,
        "year": lambda record: record.year,
        "issued": lambda record: record.issued,
        "place": lambda record: record.place or None,
        "publisher": lambda record: record.publisher or None,
    }
)

# What the record tells besides, and nobody edits here.
_BESIDES = (
    "responsibility parallel_title extent languages isbns issns series source_part subjects notes "
    "headings copies"
).split()


@dataclass(slots=True)
class Changes:
    """What became of each field: old and new value, or ours and theirs where ours stayed."""

    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As the history keeps it."""
        return {
            name: {each: [_plain(old), _plain(new)] for each, (old, new) in pairs.items()}
            for name, pairs in (("changed", self.changed), ("kept", self.kept))
            if pairs
        }


def take_fields(work: Work, before: CatalogueRecord | None, now: CatalogueRecord) -> Changes:
    """Let the Work follow its record; `before` is None when it had no record yet."""
    changes = Changes()
    for name, says in FIELDS.items():
        ours, theirs = getattr(work, name), says(now)
        base = says(before) if before is not None else None
        if theirs in (base, ours):
            continue
        if ours == base:
            setattr(work, name, theirs)
            changes.changed[name] = (ours, theirs)
        else:
            changes.kept[name] = (ours, theirs)
    work.folded_title = fold(work.title)
    if before is not None:
        _besides(changes, before, now)
    return changes


def _besides(changes: Changes, before: CatalogueRecord, now: CatalogueRecord) -> None:
    old, new = plain_of(before), plain_of(now)
    for name in _BESIDES:
        if old.get(name) != new.get(name):
            changes.changed[name] = (old.get(name), new.get(name))


def _plain(value: Any) -> Any:  # noqa: ANN401  (one value of many types)
    return value.isoformat() if hasattr(value, "isoformat") else value
