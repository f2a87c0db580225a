"""derive: the images that readers get."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from archive.derivation import Made, record_page_derivatives
from archive.ledger import BookBuild, PageStep
from archive.representations import Page
from workers.completion import builds_due
from workers.derive import derive_access
from workers.kept import keep
from workers.page_task import PageTask
from workers.workshop import AGENT, Workshop

Images = tuple[Made, Made]


def work(workshop: Workshop, task: PageTask) -> Images:
    """Make the pyramid and the thumbnail, in a limited child.

    Raises:
        Refused: the scan cannot be decoded.
    """
    blobs = workshop.storage.blobs
    with blobs.path(task.source_key) as source:
        images = derive_access(source, task.source_type, framing=task.framing)
    return (
        keep(blobs, "access", "image/tiff", images.pyramid),
        keep(blobs, "thumbnail", "image/jpeg", images.thumbnail),
    )


def record(
    workshop: Workshop, session: Session, task: PageTask, images: Images
) -> Iterable[PageStep | BookBuild]:
    """Show the images from now on."""
    page = session.get_one(Page, task.page_id)
    made = record_page_derivatives(
        session, page, images, input_key=task.input_key, now=workshop.now(), agent=AGENT
    )
    page.access_id, page.thumbnail_id = made["access"].id, made["thumbnail"].id
    session.flush()
    return builds_due(workshop, session, page.id)
