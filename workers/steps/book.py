"""What all builds of a book record."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.derivation import Made, record_book_derivative
from archive.ledger import BookBuild
from archive.representations import Representation
from workers.book_task import BookTask
from workers.workshop import AGENT, Workshop


def record_build(workshop: Workshop, session: Session, task: BookTask, made: Made) -> None:
    """The derivative with its event; the build points to it from now on."""
    representation = session.get_one(Representation, task.representation_id)
    derivative = record_book_derivative(
        session,
        representation,
        made,
        input_key=task.input_key,
        now=workshop.now(),
        agent=AGENT,
    )
    build = session.scalars(
        select(BookBuild).where(
            BookBuild.representation_id == task.representation_id,
            BookBuild.step == task.step,
            BookBuild.input_key == task.input_key,
        )
    ).one()
    build.derivative_id = derivative.id
