"""`sandyq catalogue`: take in a file of catalogue records, with its troubles by number."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from archive.catalogue_entries import CatalogueImport, ImportTrouble
from archive.catalogue_imports import (
    import_numbered,
    receive_import,
    start_import,
    troubles_of,
)
from schemas.catalogue_file import FORMATS, Examined, examine, read_catalogue
from schemas.record_encoding import ENCODINGS
from storage.blobs import pieces_of
from storage.errors import Refused
from storage.settings import Settings
from web.cli.office import PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say, say_json
from workers.cataloguing import import_file

SOURCE = "rabis"  # the catalogue of the library; numbers of different sources may be alike
AUTO = "auto"


def catalogue_command(settings: Settings, speech: Speech) -> click.Command:
    """Take in the records of a file."""

    def run(file: Path, **told: Any) -> None:  # noqa: ANN401
        with open_office(settings) as office, _opened(file) as opened:
            found = examine(opened)
            form = found.format if told["form"] == AUTO else told["form"]
            encoding = found.encoding.encoding if told["encoding"] == AUTO else told["encoding"]
            if not told["as_json"]:
                _say_what_was_found(speech, found, form, encoding)
            if told["dry_run"]:
                result = _tried(opened, form, encoding)
            else:
                delivery = _Delivery(file.name, opened, told["source"], form, encoding)
                run = _received(office, delivery)
                _with_a_bar(office, speech, run, hidden=told["as_json"])
                result = _result(office, run.id)
        _say_result(speech, result, as_json=told["as_json"])
        if any(trouble["refused"] for trouble in result["troubles"]):
            sys.exit(PARTLY_REFUSED)

    return click.Command(
        "catalogue",
        params=[
            click.Argument(["file"], type=click.Path(dir_okay=False, path_type=Path)),
            click.Option(
                ["--format", "form"],
                type=click.Choice([AUTO, *FORMATS]),
                default=AUTO,
                show_default=True,
                help=speech("format of the records, in ISO 2709 or MARCXML"),
            ),
            click.Option(
                ["--encoding"],
                type=click.Choice([AUTO, *ENCODINGS]),
                default=AUTO,
                show_default=True,
                help=speech("encoding of the file"),
            ),
            click.Option(
                ["--source"],
                default=SOURCE,
                show_default=True,
                help=speech("which catalogue the numbers are from"),
            ),
            click.Option(
                ["--dry-run"], is_flag=True, help=speech("only look, and list what is damaged")
            ),
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
        ],
        callback=run,
        help=speech(
            "Take in the records of a catalogue: MARC 21 or UNIMARC (RUSMARC).\n\n"
            "The same file again changes nothing; one that was broken off goes on.\n\n"
            "Example: sandyq catalogue rabis.mrc --dry-run"
        ),
    )


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as opened:
            yield opened
    except OSError as error:
        raise Refused("unreadable-file", file=str(file)) from error


def _say_what_was_found(speech: Speech, found: Examined, form: str, encoding: str) -> None:
    say(
        speech(
            "Records: %(records)s, damaged: %(damaged)s. Format: %(form)s. Encoding: %(encoding)s.",
            records=found.records,
            damaged=found.damaged,
            form=form,
            encoding=encoding,
        ),
        error=True,
    )
    if encoding == found.encoding.encoding and not found.encoding.is_sure:
        say(
            speech(
                "The encoding is not certain. Look at some titles at the desk, "
                "or give it with --encoding."
            ),
            error=True,
        )


def _tried(file: BinaryIO, form: str, encoding: str) -> dict[str, Any]:
    """What would be refused for itself alone; nothing is kept."""
    read, troubles = 0, []
    for each in read_catalogue(file, form, encoding):
        read += 1
        if each.refusal is not None:
            troubles.append(_trouble(each.number, each.offset, None, each.refusal))
    return {"records": read, "damaged": len(troubles), "troubles": troubles}


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A file with the choices made for it."""

    name: str
    file: BinaryIO
    source: str
    form: str
    encoding: str


def _received(office: Office, delivery: _Delivery) -> CatalogueImport:
    """The bytes are kept first, so that whoever goes on has them."""
    delivery.file.seek(0)
    blobs = office.storage.blobs
    key = blobs.put(pieces_of(delivery.file))
    with office.storage.rows.writing() as session:
        run = receive_import(
            session,
            file_name=delivery.name,
            content_key=key,
            size=blobs.size(key),
            source=delivery.source,
            form=delivery.form,
            encoding=delivery.encoding,
            now=office.now(),
            agent=office.agent,
        )
        start_import(session, run, office.now())
        return run


def _with_a_bar(office: Office, speech: Speech, run: CatalogueImport, *, hidden: bool) -> None:
    label = speech("Records being taken in")
    with click.progressbar(length=run.size, label=label, file=sys.stderr, hidden=hidden) as bar:
        bar.update(run.position)
        for position in import_file(office.storage, run.id, now=office.now, chance=office.chance):
            bar.update(max(0, position - bar.pos))


def _result(office: Office, number: int) -> dict[str, Any]:
    with office.storage.rows.reading() as session:
        run = import_numbered(session, number)
        assert run is not None
        troubles = [
            _trouble(each.number, each.offset, each.control_number, each)
            for each in troubles_of(session, number)
        ]
    counts = ("records", "added", "changed", "unchanged", "merged", "damaged")
    return {
        "import": run.id,
        "file": run.file_name,
        "sha256": run.content_key,
        "format": run.format,
        "encoding": run.encoding,
        **{name: getattr(run, name) for name in counts},
        "troubles": troubles,
    }


def _trouble(
    number: int, offset: int, control_number: str | None, told: ImportTrouble | Refused
) -> dict[str, Any]:
    return {
        "number": number,
        "offset": offset,
        "control_number": control_number,
        "reason": told.reason,
        "values": dict(told.values),
        "refused": told.refused if isinstance(told, ImportTrouble) else True,
    }


def _say_result(speech: Speech, result: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(result)
        return
    for each in result["troubles"]:
        place = speech("record %(number)s", number=each["number"])
        number = f" ({each['control_number']})" if each["control_number"] else ""
        say(f"  {place}{number}: {speech.reason(each['reason'], each['values'])}", error=True)
    if "added" in result:
        counts = {name: result[name] for name in _COUNTED}
        say(
            speech(
                "New: %(added)s, changed: %(changed)s, as before: %(unchanged)s, "
                "merged: %(merged)s, not taken in: %(damaged)s.",
                **counts,
            )
        )
    else:
        say(speech("Records read: %(records)s, damaged: %(damaged)s.",
                   records=result["records"], damaged=result["damaged"]))  # fmt: skip


_COUNTED = ("added", "changed", "unchanged", "merged", "damaged")
