"""What does a person read when something was refused, failed or must wait?

A failure carries a key and plain values (`storage.errors`); this table gives each
key its sentence, what is wrong, and its advice, what to do now. One row of the
ledger can so be read in Kazakh, Russian or English. Whoever shows it puts the
file's name before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.errors import Plain
from web.account_refusals import ACCOUNTS
from web.advice import (
    ASK_ADMINISTRATOR,
    ASK_LIBRARIAN,
    LOOK_AT_LIST,
    RUN_SETUP,
    SCAN_AGAIN,
    SEND_IMAGE,
    START_AGAIN,
    TRY_LATER,
    WAIT,
)
from web.agreement_refusals import AGREEMENTS
from web.doctor_refusals import DOCTOR
from web.marking import N_
from web.move_refusals import MOVES
from web.page_refusals import PAGES
from web.record_refusals import RECORDS
from web.upload_refusals import UPLOADS

__all__ = ["N_", "Explanation", "told"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`fact` is what is wrong, `advice` what to do about it."""

    fact: str
    advice: str


_UNTRUSTED = (
    N_("The server that answers does not prove to be ours."),
    N_("Look at its certificate and at the setting %(name)s."),
)
_FILES = {
    "not-an-image": (N_("This is not an image."), SEND_IMAGE),
    "empty-file": (N_("The file is empty."), N_("Copy it again from the scanner or camera.")),
    "truncated-image": (
        N_("The image breaks off: the file was not written to its end."),
        N_("Copy it again from the scanner; if that does not help, scan the page again."),
    ),
    "damaged-image": (N_("The file is damaged and cannot be read."), SCAN_AGAIN),
    "too-many-pixels": (
        N_("The image is too large: %(pixels)s pixels, at most %(limit)s."),
        N_("Scan it with a lower resolution: 300 or 400 dpi is enough."),
    ),
    "image-too-demanding": (
        N_("The image needs more time or memory to be read than a page may take."),
        N_("Save it again as a plain TIFF or JPEG and send that."),
    ),
    "image-too-long": (
        N_("The image is too long for recognition: its longer side has %(side)s pixels."),
        N_("Scan the sheet in parts."),
    ),
    "decoder-crashed": (N_("The file is damaged so badly that reading it fails."), SCAN_AGAIN),
    "unsupported-samples": (
        N_("The image stores its colours in a way that cannot be read: %(mode)s."),
        N_("Save it as RGB or grey and send that."),
    ),
    "old-jpeg-tiff": (
        N_("The TIFF holds JPEG in an outdated way that cannot be read safely."),
        N_("Save it again as a plain TIFF and send that."),
    ),
    "no-such-frame": (
        N_("The file has fewer pages than before."),
        N_("Send the whole file again."),
    ),
    "too-many-frames": (
        N_("The file has too many pages."),
        N_("Split it into several files."),
    ),
    "too-many-pages": (
        N_("The file has too many pages: %(pages)s, at most %(limit)s."),
        N_("Split it into several files."),
    ),
    "page-too-large": (
        N_("A page in the file is too large."),
        N_("Scan it with a lower resolution: 300 or 400 dpi is enough."),
    ),
    "access-image-too-large": (
        N_("The image is too large to be shown on the site."),
        N_("Scan it with a lower resolution: 300 or 400 dpi is enough."),
    ),
    "duplicate-page": (
        N_("This page is already here. It is not stored twice."),
        N_("If it is another page, check that the right file was sent."),
    ),
    "encrypted-pdf": (
        N_("The PDF is locked with a password."),
        N_("Remove the password and send it again."),
    ),
    "damaged-pdf": (
        N_("The PDF is damaged."),
        N_("Make it again from the scans, or send the scans themselves."),
    ),
    "pdf-page-not-a-scan": (
        N_("Page %(page)s of the PDF is not a single scan."),
        N_("Send the scans themselves as TIFF or JPEG."),
    ),
    "pdf-too-large": (
        N_("The book is too large for one PDF."),
        N_("Its pages can be read and downloaded one by one."),
    ),
    "pdf-image-unsupported": (
        N_("The image on page %(page)s of the PDF is stored in a way that cannot be read."),
        N_("Send the scans themselves as TIFF or JPEG."),
    ),
}

# What a person should look at on a page that is in the book all the same
# (`archive.recipes.quality`). The advice is the operator's to take or leave.
_QUALITY = {
    "blank-page": (
        N_("The page looks blank."),
        N_("If it is not blank, scan it again; if it is, nothing needs to be done."),
    ),
    "blurred-page": (N_("The image is blurred."), SCAN_AGAIN),
    "cut-edge": (N_("The edge of the page is cut off."), SCAN_AGAIN),
    "low-resolution": (
        N_("The image is small: %(dpi)s dpi, at least %(wanted)s are needed."),
        N_("It is better to scan the page again."),
    ),
    "poor-text": (
        N_("The text of this page was read poorly."),
        N_("If it shows a picture, nothing needs to be done; if not, scan the page again."),
    ),
    "skewed-page": (
        N_("The page is skewed by %(degrees)s°."),
        N_("If the text is poor, scan the page again."),
    ),
    "unknown-resolution": (
        N_("The file does not say its resolution."),
        N_("Set the scanner to write it down; at least %(wanted)s dpi are needed."),
    ),
}

_FOLDERS = {
    "unreadable-folder": (
        N_("The folder is not there or may not be read."),
        N_("Check its name and that you may open it."),
    ),
    "unreadable-file": (
        N_("The file may not be read."),
        N_("Check that you may open it, or copy it to another folder."),
    ),
    "no-pages": (N_("There is no page image here."), SEND_IMAGE),
    "no-title": (N_("The book has no title."), N_("Give it one with --title or in book.yaml.")),
    "bad-book-file": (
        N_("The description of the book cannot be read: %(detail)s."),
        N_("Correct book.yaml or books.csv; the documentation shows an example."),
    ),
    "bad-library-file": (
        N_("The file with the library's names cannot be read: %(detail)s."),
        N_("Correct it; the documentation shows an example."),
    ),
    "bad-date": (N_("This is not a date: %(value)s."), N_("Write it as 2026-12-31.")),
    "bad-year": (N_("This is not a year: %(value)s."), N_("Write it as 1967.")),
    "bad-level": (
        N_("There is no such level: %(value)s."),
        N_("Write nobody, premises, registered or everybody."),
    ),
    "unknown-branch": (N_("There is no such branch: %(value)s."), LOOK_AT_LIST),
    "unknown-collection": (N_("There is no such folder: %(value)s."), LOOK_AT_LIST),
    "unknown-language": (
        N_("There is no such language: %(value)s."),
        N_("Write kk, ru, mixed, ru-petr, kk-latn-1929 or kk-arab."),
    ),
    "unknown-type": (
        N_("There is no such type of document: %(value)s."),
        N_("Write book, newspaper-article, journal-article, extract or other."),
    ),
    "unknown-statement": (
        N_("This is not a rights statement: %(value)s."),
        N_("Write an address from rightsstatements.org or creativecommons.org in full."),
    ),
    "unknown-setting": (N_("There is no such setting: %(name)s."), LOOK_AT_LIST),
    "bad-setting": (N_("The setting %(name)s cannot be “%(value)s”."), LOOK_AT_LIST),
    "unknown-engine": (N_("There is no engine for this address: %(url)s."), LOOK_AT_LIST),
    "no-copy-folder": (
        N_("It is not said where to copy to."),
        N_("Name a folder on another disk, or set SANDYQ_COPIES."),
    ),
    "no-such-copy": (
        N_("There is no such copy in %(folder)s."),
        N_("Look into its folder “copies”: each copy has a folder there."),
    ),
    "copy-damaged": (
        N_("The rows of this copy are damaged: %(file)s."),
        N_("Take an older copy with --copy."),
    ),
    "copy-of-another-engine": (
        N_("This copy's rows are of another engine: %(file)s."),
        N_("Set SANDYQ_DATABASE to the engine that the copy was made of."),
    ),
    "restore-not-empty": (
        N_("There is a library already: %(file)s."),
        N_("Restore into an empty SANDYQ_HOME, or move this one aside."),
    ),
    "storage-refuses": (
        N_("The store that keeps the files does not let us in (%(code)s)."),
        N_("Look at the setting %(name)s."),
    ),
    "not-found": (
        N_("There is no such book or page."),
        N_("Check its number: “sandyq status” lists what there is."),
    ),
}

# What is wrong with a record of a catalogue's file, and what a cataloguer does about it.
_WAITING = {
    "storage-full": (N_("There is no space left on the server."), N_(
        "Make room: the work then goes on by itself."
    )),
    "storage-unavailable": (
        N_("The store that keeps the files does not answer at the moment."), WAIT
    ),
    "scratch-full": (N_("There is no space left for temporary files."), N_(
        "Make room: the work then goes on by itself."
    )),
    "recognition-stopped": (N_("Recognising the text was stopped from outside."), WAIT),
    "child-stopped": (N_("Reading the image was stopped from outside."), WAIT),
    "no-process-left": (N_("The server is too busy at the moment."), WAIT),
    "index-busy": (N_("The search index is being written."), WAIT),
    "search-down": (N_("Search is down. The books are open."), TRY_LATER),
    "database-busy": (N_("The server is too busy at the moment."), TRY_LATER),
    "database-down": (N_("The database does not answer."), TRY_LATER),
    "database-untrusted": _UNTRUSTED,
    "index-untrusted": _UNTRUSTED,
    "storage-untrusted": _UNTRUSTED,
    "index-not-current": (N_("The search index is being made anew."), WAIT),
    "no-answer": (N_("No answer came within %(seconds)s s."), TRY_LATER),
    "index-unavailable": (N_("The search index is not ready yet."), WAIT),
    "being-prepared": (N_("This is still being prepared."), TRY_LATER),
    "variant-changed": (N_("The book changed while its files were made."), WAIT),
    "copy-full": (
        N_("There is no space left for the copy in %(folder)s."),
        N_("Make room there or name a folder on another disk, and start it again."),
    ),
    "copy-folder-missing": (
        N_("The folder for copies cannot be written: %(folder)s."),
        N_("Look whether its disk is connected."),
    ),
    "copy-under-way": (N_("A copy is being made to %(folder)s just now."), WAIT),
    "worker-runs-already": (
        N_("A worker is already at work here."),
        N_("One worker is enough: it uses all processors."),
    ),
}  # fmt: skip

# Tried as often as allowed; the rest of the book goes on without the page.
_SET_ASIDE = {
    "recognition-timeout": (N_("Recognising the text took too long."), START_AGAIN),
    "recognition-cut-off": (N_("Recognising the text broke off."), START_AGAIN),
    "recognition-crashed": (
        N_("The program that recognises text breaks off on this page."),
        START_AGAIN,
    ),
    "recognition-failed": (
        N_("The program that recognises text breaks off on this page."),
        START_AGAIN,
    ),
    "recognition-killed": (
        N_("The system ended the recognition of the text, most likely for want of memory."),
        START_AGAIN,
    ),
    "child-killed": (
        N_("The system ended the reading of the image, most likely for want of memory."),
        START_AGAIN,
    ),
    "worker-died": (N_("The work on this page was interrupted."), START_AGAIN),
}

_INSTALLATION = {
    "missing-tesseract": (
        N_("The program that recognises text is not installed."),
        N_("Install the package %(install)s."),
    ),
    "missing-language": (
        N_("The language data “%(language)s” is not installed."),
        N_("Install the package %(install)s."),
    ),
    "missing-front-end": (N_("The pages' icons and fonts are not there: %(file)s."), RUN_SETUP),
    "port-taken": (
        N_("Another program already answers at port %(port)s."),
        N_("Choose another one with the setting SANDYQ_PORT."),
    ),
    "portal-silent": (N_("The portal did not start."), ASK_ADMINISTRATOR),
    "unfit-base": (
        N_("The portal's public address cannot be “%(base)s”."),
        N_("Write SANDYQ_BASE_URL in plain letters, without a slash at the end."),
    ),
    "missing-blob": (N_("A stored file is missing."), ASK_ADMINISTRATOR),
    "missing-postgresql-client": (
        N_("The programs that copy PostgreSQL are not installed."),
        N_("Install the package %(install)s."),
    ),
    "rows-not-copied": (N_("PostgreSQL was not copied (%(error)s)."), ASK_ADMINISTRATOR),
    "rows-damaged": (
        N_("The database is damaged: %(fault)s."),
        N_("Stop the portal and restore the last copy."),
    ),
    "damaged-blob": (N_("A stored file is damaged."), ASK_ADMINISTRATOR),
}

_RIGHTS = {
    "no-basis": (N_("The rights holder is not known yet."), ASK_LIBRARIAN),
    "ended": (N_("The permission to show it has ended."), ASK_LIBRARIAN),
    "premises-only": (
        N_("To be read in the library."),
        N_("On the computers in the library."),
    ),
    "nobody": (N_("We may not show it on the site."), ASK_LIBRARIAN),
    "withheld": (N_("This page is closed separately from the rest of the book."), ASK_LIBRARIAN),
    "registered-only": (
        N_("It is open to registered readers."),
        N_("Sign in with your reader's account."),
    ),
    "not-yet": (N_("The agreement with the author has not begun yet."), ASK_LIBRARIAN),
    "protected": (N_("In copyright."), ASK_LIBRARIAN),
    "holder-missing": (N_("Not all rights holders have agreed yet."), ASK_LIBRARIAN),
    "suspended": (N_("Showing it is suspended while a question of rights is settled."),
                  ASK_LIBRARIAN),
    "taken-down": (N_("This document is not shown."), ASK_LIBRARIAN),
}  # fmt: skip

# Defects of ours: the person can do nothing but tell.
_OUR_FAULT = N_("Something broke on our side.")
_DEFECTS = (
    "child-vanished",
    "damaged-pyramid",
    "hocr-damaged",
    "hocr-pages",
    "image-of-other-shape",
    "index-search-failed",
    "index-write-failed",
    "not-split",
    "page-words-damaged",
    "page-words-layout",
    "pdf-not-valid",
    "pdf-without-pages",
    "unexpected",
    "unknown-stream",
    "unknown-profile",
    "words-not-consecutive",
)

# What an officer is told at the desk of agreements; the advice stands at the field.
SENTENCES: Mapping[str, tuple[str, str]] = {
    **_FILES,
    **_QUALITY,
    **UPLOADS,
    **PAGES,
    **_FOLDERS,
    **RECORDS,
    **_WAITING,
    **_SET_ASIDE,
    **_INSTALLATION,
    **_RIGHTS,
    **ACCOUNTS,
    **AGREEMENTS,
    **DOCTOR,
    **MOVES,
    **dict.fromkeys(_DEFECTS, (_OUR_FAULT, ASK_ADMINISTRATOR)),
}


def told(reason: str, values: Mapping[str, Plain], translate: Callable[[str], str]) -> Explanation:
    """The sentence and the advice for a reason, in the language of `translate`.

    A reason without a row gets a calm general sentence with its key, so that
    whoever is asked for help can name it.
    """
    if reason not in SENTENCES:
        general = translate(N_("This could not be done (%(reason)s)."))
        return Explanation(general % {"reason": reason}, translate(ASK_ADMINISTRATOR))
    fact, advice = SENTENCES[reason]
    known = _Values({name: str(value) for name, value in values.items() if value is not None})
    return Explanation(translate(fact) % known, translate(advice) % known)


class _Values(dict[str, str]):
    """A value that was not given is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
