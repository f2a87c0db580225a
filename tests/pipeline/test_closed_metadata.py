"""What a closed scan says of itself (EXIF, XMP) is told to nobody, and an open one's neither."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from tests.pipeline.canaries import Secrets
from tests.pipeline.closed_library import WHEN_CLOSED, WHILE_OPEN, portal_on
from tests.pipeline.crawl import Leak, addresses, fetch, leaks
from tests.pipeline.inventory import portal_of, take_inventory
from tests.sample_home import CLOSED_BOOK, SAMPLES, sandyq, settings_for

FOLDER = SAMPLES / "zher-astyndagy-zharyq"
IN_EXIF, IN_XMP = "qelvorexif", "belqorvaxmp"
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- {IN_XMP} --></x:xmpmeta>".encode()


@dataclass(frozen=True)
class Talkative:
    """The sample library, in which the closed book's scans carry words of their own."""

    home: Path
    scans: tuple[Path, ...]

    def leaks(self, moment: datetime) -> list[Leak]:
        """Where these words come out at one moment."""
        app = portal_on(self.home, moment)
        inventory = take_inventory(app)
        book = inventory.called(CLOSED_BOOK)
        its_own = [
            each for each in addresses(app, inventory, closely=book) if each.work == book.work
        ]
        found = leaks(fetch(app.test_client(), its_own), Secrets([IN_EXIF, IN_XMP]))
        portal_of(app).storage.close()
        return found


def talking(scan: Path) -> Path:
    """The same picture, with a word in its EXIF and one in its XMP."""
    with Image.open(scan) as picture:
        exif = picture.getexif()
        exif[ExifTags.Base.ImageDescription] = IN_EXIF
        dpi = picture.info.get("dpi", (300, 300))
        picture.save(scan, "JPEG", quality="keep", dpi=dpi, exif=exif, xmp=XMP)
    return scan


@pytest.fixture
def library(own_sample_books: Path, tmp_path: Path) -> Talkative:
    folder = tmp_path / FOLDER.name
    shutil.copytree(FOLDER, folder)
    scans = tuple(talking(scan) for scan in sorted(folder.glob("*.jpg")))
    told = sandyq(settings_for(own_sample_books), "ingest", folder, "--wait")
    assert told.returncode == 0
    return Talkative(own_sample_books, scans)


def test_what_a_scan_says_of_itself_is_told_to_nobody(library: Talkative) -> None:
    kept = [blob.read_bytes() for blob in (library.home / "blobs").rglob("*") if blob.is_file()]
    assert len(library.scans) > 0
    for scan in library.scans:
        assert scan.read_bytes() in kept  # the archive keeps the file as it came
    for word in (IN_EXIF, IN_XMP):
        told = Secrets([word]).told_in([library.scans[0].read_bytes().decode("latin-1").casefold()])
        assert told == {word}
    assert library.leaks(WHEN_CLOSED) == []
    assert library.leaks(WHILE_OPEN) == []
