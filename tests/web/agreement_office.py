"""Two rights officers at their desk, and a book that nobody has agreed to yet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from storage.settings import Settings
from tests.archive.shelf import described
from tests.handbook.studio import NOW, now
from tests.pipeline.agreement_desk import AgreementDesk, number_of, officer_of, two_heirs
from tests.pipeline.inventory import portal_of
from web.app import create_app

TITLE = "Жер астындағы жарық"


@dataclass(frozen=True)
class Office:
    """The portal, the book's name, and the two officers."""

    app: Flask
    work: str
    first: AgreementDesk
    second: AgreementDesk

    def waiting(self, **changes: str) -> int:
        """An agreement that the first officer has handed on."""
        return number_of(self.first.draft(two_heirs(self.work, **changes), do="submit"))

    def kept(self, **changes: str) -> int:
        """An agreement that the second officer has confirmed."""
        number = self.waiting(**changes)
        assert self.second.deed(number, "confirm").status_code == 303
        return number


@contextmanager
def opened_office(settings: Settings) -> Iterator[Office]:
    """An office over a library of one book."""
    app = create_app(settings, now=now)
    rows = portal_of(app).storage.rows
    with rows.writing() as session:
        made = described(
            session, TITLE, now=NOW, chance=random.Random(1), rights=None,
            authors=("Талапова, Мәриям",), year=1987,
        )  # fmt: skip
        work = made.name
    yield Office(app, work, officer_of(app, "first"), officer_of(app, "second"))
    portal_of(app).storage.close()
