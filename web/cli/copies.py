"""`sandyq backup` and `sandyq restore`: copies of the library on another disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from schemas.search_document import SEARCH_SCHEMA
from storage.copies import Copy, CopyFolder
from storage.errors import Refused
from storage.opening import open_storage
from storage.settings import Settings
from web import figures
from web.cli.books import make_index_anew
from web.cli.office import DONE, PARTLY_REFUSED, open_office
from web.cli.speech import Speech, say
from workers.copying import copy_library
from workers.restoring import damage_of, restore_library

_FOLDER = click.Path(file_okay=False, path_type=Path)


def backup_command(settings: Settings, speech: Speech) -> click.Command:
    """Make a copy, or look whether one is whole."""

    def run(to: Path | None, *, check: bool) -> None:
        copies = CopyFolder(_named_folder(settings, to))
        raise SystemExit(_check(copies, speech) if check else _make(settings, copies, speech))

    return click.Command(
        "backup",
        params=[
            click.Argument(["to"], required=False, type=_FOLDER),
            click.Option(
                ["--check"],
                is_flag=True,
                help=speech("make no copy, but read every byte of the newest one again"),
            ),
        ],
        callback=run,
        help=speech(
            "Copy the library to a folder on another disk: rows, files, signed papers and "
            "settings. Only what is new since the last copy is written. Without a folder it is "
            "that of SANDYQ_COPIES.\n\n"
            "Example: sandyq backup /mnt/copies/sandyq"
        ),
    )


def restore_command(settings: Settings, speech: Speech) -> click.Command:
    """Make the library of a copy again."""

    def run(source: Path, copy: str | None) -> None:
        copies = CopyFolder(source)
        raise SystemExit(_restore(settings, copies, copies.chosen(copy), speech))

    return click.Command(
        "restore",
        params=[
            click.Argument(["source"], metavar="FROM", type=_FOLDER),
            click.Option(
                ["--copy"], metavar="NAME", help=speech("which copy; without it the newest")
            ),
        ],
        callback=run,
        help=speech(
            "Make the library of a copy again in an empty SANDYQ_HOME.\n\n"
            "Example: sandyq restore /mnt/copies/sandyq"
        ),
    )


def _named_folder(settings: Settings, to: Path | None) -> Path:
    folder = to or settings.copies
    if folder is None:
        raise Refused("no-copy-folder")
    return folder.absolute()


def _make(settings: Settings, copies: CopyFolder, speech: Speech) -> int:
    with open_office(settings) as office, bar(speech("Files copied")) as told:
        copy = copy_library(settings, office.storage, copies, at=office.now(), told=told)
    say(_summary(speech("Copied: %(place)s", place=str(copies.place(copy))), copy, speech))
    return _tell_lost(copies, copy, set(copy.missing), speech)


def _check(copies: CopyFolder, speech: Speech) -> int:
    copy = copies.chosen(None)
    with bar(speech("Files read")) as told:
        damaged = damage_of(copies, copy, told)
    if not damaged:
        say(_summary(speech("The copy is whole: %(name)s", name=copy.name), copy, speech))
    return _tell_lost(copies, copy, damaged, speech)


def _restore(settings: Settings, copies: CopyFolder, copy: Copy, speech: Speech) -> int:
    storage = open_storage(settings, SEARCH_SCHEMA)
    try:
        with bar(speech("Files restored")) as told:
            lost = restore_library(storage, copies, copy, told)
    finally:
        storage.close()
    with open_office(settings) as office:
        make_index_anew(office, speech)
    say(_summary(speech("Restored: %(name)s", name=copy.name), copy, speech))
    say(speech("The settings of that time lie in %(place)s.", place=str(copies.place(copy))))
    return _tell_lost(copies, copy, lost, speech)


def _summary(what: str, copy: Copy, speech: Speech) -> str:
    told = speech(
        "files %(files)s, %(size)s",
        files=figures.number(copy.files, speech.language),
        size=figures.size(copy.bytes, speech.language),
    )
    return f"{what} ({told})"


def _tell_lost(copies: CopyFolder, copy: Copy, lost: set[str], speech: Speech) -> int:
    if not lost:
        return DONE
    say(speech("Files that are missing or damaged: %(n)s", n=len(lost)), error=True)
    say(speech("What is made from scans can be made anew: sandyq redo."), error=True)
    for file, title in copies.names(copy).scans_of(lost):
        say(f"  {title}, {file}", error=True)
    return PARTLY_REFUSED


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream; it is told how many are done, of how many."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        yield told
