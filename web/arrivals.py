"""How do the bytes of one file arrive: piece after piece, until it is whole and kept?

Pieces are written as they come and stay, whatever happens to the connection. The first
bytes tell whether it is an image at all; the last whether it came undamaged. Only then
are the bytes kept for good and the row says so: bytes first, rows after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from archive.depositing import DAMAGED, Depositor, find_deposit, keep_arrived, lock_deposit
from archive.deposits import UPLOADS_KEPT, DepositedFile
from archive.recipes.formats import SIGNATURE_BYTES, recognise
from archive.registering import Registered, finish_deposit
from schemas.resolution import stated_dpi
from schemas.tus import Checksum
from storage.errors import Refused
from storage.incoming import Arriving, Incoming, NoLongerHere
from web.chance import CHANCE
from web.portal import Portal


class WrongOffset(Exception):
    """The bytes sent do not follow the ones that are here."""


class WrongChecksum(Exception):
    """The bytes of one request are not the ones that were sent; they are forgotten."""


class TooLong(Exception):
    """More bytes than the file was said to have."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The body of one request: where it belongs, its length, and how to read it."""

    offset: int
    length: int
    read: Callable[[int], bytes]
    checksum: Checksum | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The files on their way in of one portal."""

    here: Portal

    @property
    def incoming(self) -> Incoming:
        return Incoming(self.here.settings.uploads_folder)

    def offset(self, file: DepositedFile) -> int | None:
        """How much of it is here; None when it has expired."""
        if file.content_key is not None:
            return file.size
        touched = self.incoming.touched(file.name)
        last = file.begun_at.timestamp() if touched is None else touched
        if last < (self.here.now() - UPLOADS_KEPT).timestamp():
            return None
        return self.incoming.length(file.name) or 0

    def expires(self) -> datetime:
        """Until when a file that something came of just now waits for its rest."""
        return self.here.now() + UPLOADS_KEPT

    def take(self, file: DepositedFile, sent: Sent) -> int:
        """Take these bytes of a file; the offset after them.

        Raises:
            WrongOffset, WrongChecksum, TooLong: nothing of the bytes is kept.
            Refused: ``not-an-image`` or ``damaged-in-transit``: the file can be sent anew.
            Transient: ``storage-full`` (what had space is kept) or ``upload-busy``.
        """
        if sent.offset + sent.length > file.size:
            raise TooLong
        if self.incoming.length(file.name) is None:
            self.incoming.begin(file.name)
        try:
            with self.incoming.writing(file.name) as arriving:
                if arriving.length != sent.offset:
                    raise WrongOffset
                _write(arriving, sent)
                offset = arriving.length
                self._look(file, arriving)
                return offset
        except NoLongerHere as error:  # somebody else brought the last of it meanwhile
            raise WrongOffset from error

    def settle(self, file: DepositedFile) -> None:
        """Keep a file that is whole on the disk, if that was not done when it became so."""
        if file.content_key is not None or self.incoming.length(file.name) != file.size:
            return
        with suppress(NoLongerHere), self.incoming.writing(file.name) as arriving:
            self._look(file, arriving)

    def _look(self, file: DepositedFile, arriving: Arriving) -> None:
        head = arriving.head(SIGNATURE_BYTES)
        whole = arriving.length == file.size
        media_type = recognise(head)
        if media_type is None and (whole or len(head) == SIGNATURE_BYTES):
            self._refuse(file, "not-an-image")
        if not whole:
            return
        assert media_type is not None
        if file.sha256 is not None and _digest(arriving) != file.sha256:
            self._refuse(file, DAMAGED)
        self._keep(file, arriving, media_type)

    def _keep(self, file: DepositedFile, arriving: Arriving, media_type: str) -> None:
        with arriving.open() as bytes_:
            key = self.here.storage.blobs.put(iter(lambda: bytes_.read(1 << 20), b""))
            dpi = stated_dpi(lambda at, length: _range(arriving, at, length), media_type)
        with self.here.storage.rows.writing() as session:
            row = session.get_one(DepositedFile, file.id)
            lock_deposit(session, row.deposit)
            session.refresh(row)
            if row.name == file.name:  # else another version of it is on its way
                keep_arrived(row, key, media_type, dpi, self.here.now())
        self.incoming.drop(file.name)

    def _refuse(self, file: DepositedFile, reason: str) -> None:
        with self.here.storage.rows.writing() as session:
            row = session.get_one(DepositedFile, file.id)
            if row.name == file.name:
                row.refusal = reason
        self.incoming.drop(file.name)
        raise Refused(reason, file=file.file_name)


def _write(arriving: Arriving, sent: Sent) -> None:
    if sent.checksum is None:
        arriving.append(sent.read, sent.length)
        return
    digest = hashlib.new(sent.checksum.algorithm)
    agrees = False
    try:
        arriving.append(sent.read, sent.length, digest.update)
        agrees = sent.checksum.agrees(digest)
    finally:
        if not agrees:  # what was not checked was not received
            arriving.cut(sent.offset)
    if not agrees:
        raise WrongChecksum


def _digest(arriving: Arriving) -> str:
    with arriving.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _range(arriving: Arriving, at: int, length: int) -> bytes:
    with arriving.open() as file:
        file.seek(at)
        return file.read(length)


def register(here: Portal, sender: Depositor, name: str) -> Registered:
    """Make the book of a deposit whose files are all here, and wake its first steps.

    Raises:
        LookupError: there is no such deposit of theirs.
        Refused: what `finish_deposit` refuses; or a file turned out damaged just now.
        Transient: ``storage-full``.
    """
    with here.reading() as session:
        deposit = find_deposit(session, sender, name)
        if deposit is None:
            raise LookupError(name)
        waiting = [file for file in deposit.files if file.refusal is None]
    for file in waiting:
        Arrivals(here).settle(file)
    with here.transaction() as (session, wake):
        deposit = find_deposit(session, sender, name)
        if deposit is None:
            raise LookupError(name)
        done = finish_deposit(session, deposit, sender, now=here.now(), chance=CHANCE)
        for step in done.due:
            wake(step.step, step.id)
    return done
