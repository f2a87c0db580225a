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
from web.marking import N_

__all__ = ["N_", "Explanation", "told"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`fact` is what is wrong, `advice` what to do about it."""

    fact: str
    advice: str


SCAN_AGAIN = N_("Scan the page again and send the new file.")
SEND_IMAGE = N_("Send TIFF, JPEG, PNG, JPEG 2000 or a PDF of scans.")
WAIT = N_("Nothing needs to be done: the work goes on by itself.")
TRY_LATER = N_("Try again in a minute.")
ASK_ADMINISTRATOR = N_("Tell the administrator of the portal.")
RUN_SETUP = N_("Run “make setup” and start again.")
ASK_LIBRARIAN = N_("Ask a librarian.")
LOOK_AT_LIST = N_("Look at the list in the documentation and write it as it stands there.")

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

# Of files on their way in.
_UPLOADS = {
    "damaged-in-transit": (
        N_("The file was not accepted: damaged on the way."),
        N_("Press “Send again”."),
    ),
    "bad-file-name": (
        N_("The file's name is empty or too long."),
        N_("Give it a shorter name and send it again."),
    ),
    "file-too-large": (
        N_("The file is too large: at most %(limit)s GiB."),
        N_("Split it into several files."),
    ),
    "too-many-files": (
        N_("The book has too many files: at most %(limit)s."),
        N_("Send the rest as another volume."),
    ),
    "deposit-closed": (
        N_("This book is registered already, or was given up."),
        N_("Begin it anew on the page “Upload”."),
    ),
    "deposit-incomplete": (
        N_("Not everything is here yet. Files still to come: %(missing)s."),
        N_("Wait until they are sent, or take them out of the list."),
    ),
    "deposit-damaged": (
        N_("%(file)s was damaged on the way."),
        N_("Send it again, or take it out of the list."),
    ),
    "held-elsewhere": (
        N_("Another library is scanning this book already."),
        N_("Ask the cataloguer which copy is to be scanned."),
    ),
    "unknown-work": (N_("There is no such book in the catalogue: %(value)s."), LOOK_AT_LIST),
    "unknown-token": (N_("There is no such token: %(value)s."), LOOK_AT_LIST),
    "no-label": (N_("The token has no label."), N_("Say with --label which station it is for.")),
    "bad-token": (
        N_("The server does not know this token, or it was taken back."),
        N_("Ask the administrator for a new one: sandyq token add."),
    ),
    "refused-by-server": (
        N_("The server answered: %(detail)s."),
        N_("Correct it and send the folder again: what is there is not sent twice."),
    ),
    "upload-busy": (N_("This file is being sent from another window."), WAIT),
}

# What the desk of pages finds in a book as a whole, and what it cannot do.
_PAGES = {
    "doubled-page": (
        N_("The page seems to be the same as page %(page)s."),
        N_("If it was scanned twice, take it out of the book."),
    ),
    "missing-page": (
        N_("A page seems to be missing here."),
        N_("Scan it and put it in its place. If nothing is missing, say so."),
    ),
    "no-reason": (N_("There is no reason."), N_("Write in a few words why.")),
    "page-withdrawn": (
        N_("This page was taken out of the book."),
        N_("Put it back first."),
    ),
    "page-not-withdrawn": (N_("This page is in the book."), N_("Nothing needs to be done.")),
    "not-split-page": (
        N_("This page is not half of a spread."),
        N_("Look at the page: it may have been changed by somebody else."),
    ),
    "bad-turn": (N_("A page is turned by right angles only."), N_("Turn it by 90 degrees.")),
    "bad-gutter": (
        N_("One side of the fold would be no page."),
        N_("Set the fold nearer to the middle."),
    ),
    "bad-numbering": (
        N_("The pages cannot be numbered like this."),
        N_("Check the first number and how many pages are left in the book."),
    ),
    "bad-place": (N_("There is no such place in the book."), N_("Write a number from 1 on.")),
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
    "not-found": (
        N_("There is no such book or page."),
        N_("Check its number: “sandyq status” lists what there is."),
    ),
}

# What is wrong with a record of a catalogue's file, and what a cataloguer does about it.
_EXPORT_AGAIN = N_("Export it from the catalogue again, or correct the record there.")
_RECORDS = {
    "not-a-record": (N_("These bytes are not a catalogue record."), _EXPORT_AGAIN),
    "no-record-end": (N_("The record has no end mark."), _EXPORT_AGAIN),
    "truncated-record": (N_("The record breaks off before its end."), _EXPORT_AGAIN),
    "wrong-record-length": (N_("The record is longer than it says."), _EXPORT_AGAIN),
    "bad-leader": (N_("The beginning of the record (its leader) is damaged."), _EXPORT_AGAIN),
    "bad-directory": (N_("The list of the record's fields is damaged."), _EXPORT_AGAIN),
    "bad-subfield": (N_("A field of the record is damaged."), _EXPORT_AGAIN),
    "unreadable-record": (N_("The record cannot be read."), _EXPORT_AGAIN),
    "wrong-encoding": (
        N_("The record has letters that do not exist in the encoding %(encoding)s."),
        N_("If all records are so, choose another encoding; if it is one, correct it."),
    ),
    "no-control-number": (
        N_("The record has no number of its own."),
        N_("Give it one in the catalogue: by it the record is known again."),
    ),
    "no-records": (
        N_("There is no catalogue record in this file."),
        N_("Export it as MARC (ISO 2709) or MARCXML."),
    ),
    "bad-xml": (N_("The XML cannot be read from line %(line)s on."), _EXPORT_AGAIN),
    "file-too-large": (
        N_("The file is larger than %(limit)s MB."),
        N_("Send it in parts, or from the command line with “sandyq catalogue”."),
    ),
    "same-work": (N_("This is one and the same work."), N_("Choose another one.")),
    "work-merged": (
        N_("One of the two is part of another work already."),
        N_("Open it anew: its address leads to that work."),
    ),
    "rights-differ": (
        N_("Different things were decided about who may read the two works."),
        N_("A rights officer has to make them the same first."),
    ),
    "unencodable-record": (
        N_("The record has letters that the encoding %(encoding)s has not."),
        N_("Choose UTF-8."),
    ),
    "record-too-long": (
        N_("The record is too long for ISO 2709."),
        N_("Choose MARCXML."),
    ),
}

_WAITING = {
    "storage-full": (N_("There is no space left on the server."), N_(
        "Make room: the work then goes on by itself."
    )),
    "scratch-full": (N_("There is no space left for temporary files."), N_(
        "Make room: the work then goes on by itself."
    )),
    "recognition-timeout": (N_("Recognising the text took too long."), WAIT),
    "recognition-cut-off": (N_("Recognising the text broke off."), WAIT),
    "recognition-killed": (N_("Recognising the text was stopped from outside."), WAIT),
    "child-killed": (N_("Reading the image was stopped from outside."), WAIT),
    "no-process-left": (N_("The server is too busy at the moment."), WAIT),
    "worker-died": (N_("The work on this page was interrupted."), WAIT),
    "index-busy": (N_("The search index is being written."), WAIT),
    "search-down": (N_("Search is down. The books are open."), TRY_LATER),
    "database-busy": (N_("The server is too busy at the moment."), TRY_LATER),
    "index-not-current": (N_("The search index is being made anew."), WAIT),
    "index-unavailable": (N_("The search index is not ready yet."), WAIT),
    "being-prepared": (N_("This is still being prepared."), TRY_LATER),
    "variant-changed": (N_("The book changed while its files were made."), WAIT),
    "worker-runs-already": (
        N_("A worker is already at work here."),
        N_("One worker is enough: it uses all processors."),
    ),
}  # fmt: skip

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
    "recognition-crashed",
    "recognition-failed",
    "unexpected",
    "unknown-stream",
    "unknown-profile",
    "words-not-consecutive",
)

# What an officer is told at the desk of agreements; the advice stands at the field.
_CHECK_FIELD = N_("Correct it and try again.")
_AGREEMENTS = {
    reason: (fact, _CHECK_FIELD)
    for reason, fact in {
        "agreement-without-number": N_("Write the agreement's number."),
        "agreement-number-taken": N_("There is an agreement with this number already."),
        "agreement-without-signing-day": N_("Write the date of signing."),
        "agreement-without-party": N_("Write down at least one rights holder."),
        "agreement-without-work": N_("Add at least one work."),
        "agreement-without-use": N_("Tick at least one use."),
        "agreement-without-first-day": N_("Write from what day it holds."),
        "agreement-without-last-day": N_("Write the last day, or tick “No term”."),
        "agreement-ends-before-it-begins": N_("The last day is before the first."),
        "agreement-without-territory": N_(
            "State the territory. If left out, the agreement holds in Kazakhstan only."
        ),
        "agreement-without-paper": N_("Attach the scan of the signed agreement."),
        "agreement-without-reason": N_("Write the reason."),
        "agreement-confirmed": N_("It is confirmed already. Take it back first to correct it."),
        "agreement-incomplete": N_("The agreement cannot be handed on yet."),
        "agreement-not-submitted": N_("It does not wait for a second officer."),
        "agreement-not-shorter": N_("A later last day is a renewal: begin a new draft."),
        "agreement-ends-before-notice": N_("The last day is before the notice."),
        "same-officer": N_("You have handed it on, so another officer confirms it."),
        "shares-not-one": N_("The shares do not add up to one: %(part)s."),
        "share-not-read": N_("Write the share as 1, 1/2 or 50%%."),
        "pages-not-read": N_("Write pages as 5–16."),
        "pages-in-disorder": N_("Write pages as 5–16."),
        "date-not-read": N_("Write the date as 31.12.2026."),
        "paper-not-readable": N_("Send the paper as PDF or JPEG."),
        "part-without-pages": N_("This part is on all pages: nothing would be left."),
        "ruling-without-note": N_("Write the reason."),
    }.items()
}

SENTENCES: Mapping[str, tuple[str, str]] = {
    **_FILES,
    **_QUALITY,
    **_UPLOADS,
    **_PAGES,
    **_FOLDERS,
    **_RECORDS,
    **_WAITING,
    **_INSTALLATION,
    **_RIGHTS,
    **ACCOUNTS,
    **_AGREEMENTS,
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
