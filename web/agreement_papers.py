"""Signed papers: taken in as PDF or JPEG, and kept where no public door leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, cast

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from archive.agreements import Agreement
from archive.keeping_agreements import Officer, attach_paper
from storage.blobs import pieces_of
from storage.errors import Refused
from web.portal import portal

PAPER_BYTES = 25 << 20  # all papers of one form
# A file is what its first bytes say, whatever its name claims.
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg"}


def keep_papers(
    session: Session, agreement: Agreement, files: Iterable[FileStorage], officer: Officer
) -> None:
    """Keep the files of a form; their names may tell of people and are not kept.

    Raises:
        Refused: ``paper-not-readable`` for what is neither PDF nor JPEG.
    """
    for file in files:
        media_type = _media_type(file)
        key = portal().storage.private.put(pieces_of(cast("BinaryIO", file.stream)))
        size = portal().storage.private.size(key)
        attach_paper(session, agreement, officer, key=key, media_type=media_type, size=size)


def _media_type(file: FileStorage) -> str:
    head = file.stream.read(8)
    file.stream.seek(0)
    for signature, media_type in _KINDS.items():
        if head.startswith(signature):
            return media_type
    raise Refused("paper-not-readable")
