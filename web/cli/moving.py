"""`sandyq move`: the library goes to other engines, or comes back from them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.kept_bytes import scans_named
from archive.migrations import upgrade
from archive.rows import mint_name
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Refused, Transient
from storage.held_rows import Mark, State
from storage.opening import open_storage
from storage.settings import Settings
from storage.settings_file import settings_with
from web import figures
from web.cli.office import DONE, PARTLY_REFUSED, utc_now
from web.cli.serving import environment_of
from web.cli.speech import Speech, say, say_json
from workers.moving import Moved, move_library
from workers.moving_places import Place, give_back
from workers.moving_progress import Stage, Told


def move_command(settings: Settings, speech: Speech) -> click.Command:
    """Move the library, or give its old place back."""

    def run(file: Path | None, *, cancel: bool, leave_damaged: bool, as_json: bool) -> None:
        if cancel:
            raise SystemExit(_cancel(settings, speech))
        if file is None:
            raise Refused("no-settings-file")
        with _opened(settings) as old, _opened_new(settings, file) as new:
            with _bars(speech) as told:
                moved = move_library(old, new, _begun(), told, leave_damaged=leave_damaged)
            raise SystemExit(_tell(speech, old, moved, file, as_json=as_json))

    return click.Command(
        "move",
        params=[
            click.Argument(
                ["file"], required=False, type=click.Path(dir_okay=False, path_type=Path)
            ),
            click.Option(
                ["--leave-damaged"],
                is_flag=True,
                help=speech("leave behind what is damaged or missing at the old place"),
            ),
            click.Option(
                ["--cancel"],
                is_flag=True,
                help=speech("do not move: let the old place be worked on again"),
            ),
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
        ],
        callback=run,
        help=speech(
            "Move the library to another database, store of files or search engine, or back. "
            "FILE holds the settings of the new place, one SANDYQ_NAME=value a line; what it "
            "does not name stays as it is. Every row and byte is compared at the new place; "
            "the old one is kept. Readers notice nothing; stop the worker before. It may be "
            "ended and started again at any moment.\n\n"
            "Example: sandyq move new-place.env"
        ),
    )


@contextmanager
def _opened(settings: Settings) -> Iterator[Place]:
    storage = open_storage(settings, SEARCH_SCHEMA)
    try:
        upgrade(storage.rows)
        yield Place(settings, storage)
    finally:
        storage.close()


@contextmanager
def _opened_new(settings: Settings, file: Path) -> Iterator[Place]:
    there = settings_with(file, environment_of(settings))
    try:
        storage = open_storage(there, SEARCH_SCHEMA)
    except OSError as error:  # a folder that cannot be made
        raise Transient("new-place-silent", place=str(error.filename)) from error
    try:
        yield Place(there, storage)
    finally:
        storage.close()


def _cancel(settings: Settings, speech: Speech) -> int:
    with _opened(settings) as old:
        give_back(old)
    say(speech("The library is worked on here again."))
    return DONE


def _begun() -> Mark:
    """The mark of a move that begins now."""
    return Mark(mint_name(random.SystemRandom()), State.LEAVING, utc_now().isoformat())


@contextmanager
def _bars(speech: Speech) -> Iterator[Told]:
    """A bar for each stage."""
    labels = {
        Stage.ROWS: speech("Rows moved"),
        Stage.COMPARING_ROWS: speech("Rows compared"),
        Stage.FILES: speech("Files moved"),
        Stage.COMPARING_FILES: speech("Files compared"),
        Stage.INDEX: speech("Pages indexed"),
    }
    with ExitStack() as shown:
        bars: dict[Stage, Any] = {}

        def told(stage: Stage, done: int, total: int) -> None:
            if stage not in bars or done < bars[stage].pos:  # counted anew
                shown.close()
                bar = click.progressbar(length=max(1, total), label=labels[stage], file=sys.stderr)
                bars[stage] = shown.enter_context(bar)
            bars[stage].update(done - bars[stage].pos)

        yield told


def _tell(speech: Speech, old: Place, moved: Moved, file: Path, *, as_json: bool) -> int:
    """The statement at the end; the exit code."""
    lost = _lost(old, moved.lost)
    if as_json:
        say_json({**asdict(moved), "rows": moved.rows, "lost": lost})
    elif moved.finished or moved.again:
        _tell_moved(speech, moved, file)
    if lost and not as_json:
        _tell_lost(speech, lost, moved)
    return PARTLY_REFUSED if lost else DONE


def _tell_moved(speech: Speech, moved: Moved, file: Path) -> None:
    def number(value: int) -> str:
        return figures.number(value, speech.language)

    if moved.again:
        say(speech("The move was finished before; this is what came."))
    say(
        speech(
            "Moved: rows %(rows)s in %(tables)s tables, files %(files)s (%(size)s), documents in "
            "the index %(documents)s.",
            rows=number(moved.rows),
            tables=number(len(moved.tables)),
            files=number(moved.files),
            size=figures.size(moved.bytes, speech.language),
            documents=number(moved.documents),
        )
    )
    if moved.changed:
        changed = ", ".join(moved.changed)
        say(speech("Changed at the new place since: %(tables)s.", tables=changed))
    elif not moved.lost:
        say(speech("Everything was compared and is the same at both places."))
    say(
        speech(
            "Start Sandyq with the settings of %(file)s from now on. The old place stays as it "
            "is and takes no more changes.",
            file=str(file),
        )
    )


def _lost(old: Place, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The lost files with the books that they belong to; what is made from scans has none."""
    with old.storage.rows.reading() as session:
        scans = scans_named(session) if keys else {}
    stores = (old.storage.blobs, old.storage.private)
    return [
        {"key": key, "file": file, "title": title, "whole_at_old_place": is_whole}
        for key in keys
        for is_whole in [any(store.is_intact(key) for store in stores)]
        for file, title in scans.get(key, [("", "")])
    ]


def _tell_lost(speech: Speech, lost: Sequence[Mapping[str, Any]], moved: Moved) -> None:
    say(speech("Files that are missing or damaged: %(n)s", n=len(lost)), error=True)
    for each in lost:
        key = each["key"]
        book = f"{each['title']}, {each['file']}: " if each["title"] else ""
        say(f"  {book}{key[:2]}/{key[2:4]}/{key}", error=True)
        if each["whole_at_old_place"]:
            say("  " + speech("Remove it at the new place and start again."), error=True)
    if not moved.finished and not moved.again:
        say(
            speech(
                "The library has not moved. Bring these files back from a copy, where they have "
                "the same names, and start again; or leave them behind: --leave-damaged."
            ),
            error=True,
        )
