"""`sandyq export`: a book's files, for an archive, a colleague or another program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

from archive.assembly import finished_build, open_variant
from archive.doors import work_door
from archive.published_records import published_records
from archive.representations import Derivative, Page, PageText
from archive.works import Work
from schemas.exported_record import RECORD_FORMATS
from schemas.marcxml import xml_bytes
from schemas.published import published_manifest
from storage.errors import Refused, Transient
from storage.settings import Settings
from web import addresses
from web.cli.office import Office, open_office
from web.cli.speech import Speech, say

# What is written for each page, and from which of its derivatives.
PAGE_FILES: Mapping[str, tuple[str, Callable[[PageText], Derivative]]] = {
    "hocr": (".hocr", lambda text: text.hocr),
    "alto": (".xml", lambda text: text.alto),
    "text": (".txt", lambda text: text.plain),
}
FORMATS = ("pdf", "pdf-small", "hocr", "alto", "text", "manifest", *RECORD_FORMATS)


def export_command(settings: Settings, speech: Speech) -> click.Command:
    """Write a book's files to a folder."""

    def run(work: str, wanted: str, to: Path) -> None:
        with open_office(settings) as office:
            for path in export(office, work, wanted, to):
                say(str(path))

    return click.Command(
        "export",
        params=[
            click.Argument(["work"]),
            click.Option(
                ["--format", "wanted"], type=click.Choice(FORMATS), default="pdf", show_default=True
            ),
            click.Option(
                ["--to"],
                type=click.Path(file_okay=False, path_type=Path),
                default=Path(),
                help=speech("folder to write to"),
            ),
        ],
        callback=run,
        help=speech(
            "Write a book's files to a folder. Pages that are withheld are left out.\n\n"
            "Example: sandyq export k7m2x9bq --format pdf --to export"
        ),
    )


def export(office: Office, work_name: str, wanted: str, to: Path) -> Iterator[Path]:
    """Write the files and give the path of each.

    Raises:
        Refused: ``not-found`` with the name.
        Transient: ``being-prepared``, the file is not built yet.
    """
    to.mkdir(parents=True, exist_ok=True)
    with office.storage.rows.reading() as session:
        door = work_door(session, work_name)
        if door is not None and wanted in RECORD_FORMATS:
            yield _record_file(office, session, door.work, wanted, to)
            return
        if door is None or door.representation is None:
            raise Refused("not-found", name=work_name)
        variant = open_variant(session, door.representation.id, office.today())
        if wanted in PAGE_FILES:
            yield from _page_files(office, wanted, variant.pages, to)
            return
        built = finished_build(session, door.representation.id, wanted, variant.withheld_key)
        if built is None:
            raise Transient("being-prepared", name=work_name)
        content = office.storage.blobs.read(built.content_key)
    if wanted == "manifest":
        content = published_manifest(content, office.settings.public_url)
    path = to / f"{work_name}{'.json' if wanted == 'manifest' else f'-{wanted}.pdf'}"
    path.write_bytes(content)
    yield path


def _record_file(office: Office, session: Session, work: Work, wanted: str, to: Path) -> Path:
    """The description, as the portal gives it at `/works/…/record.….xml`."""
    (published,) = published_records(session, [work])
    url = f"{office.settings.public_url}{addresses.work(work.name)}"
    root = RECORD_FORMATS[wanted](published.record, url=url, statement=published.facts.statement)
    path = to / f"{work.name}-{wanted}.xml"
    path.write_bytes(xml_bytes(root))
    return path


def _page_files(office: Office, wanted: str, pages: Sequence[Page], to: Path) -> Iterator[Path]:
    ending, derivative_of = PAGE_FILES[wanted]
    for page in pages:
        if page.text is None:
            continue
        path = to / f"{page.sequence:04}-{page.name}{ending}"
        path.write_bytes(office.storage.blobs.read(derivative_of(page.text).content_key))
        yield path
