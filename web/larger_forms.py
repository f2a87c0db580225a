"""Which forms carry files, how large may they be, and whose are they?

A form's token is looked for in its body, so the limit must be set before anything reads
it; and only for those whose duty it is, so that nobody else can fill the disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from archive.duties import Duty
from web.agreement_papers import PAPER_BYTES
from web.signed_in import signed_in

FORM_BYTES = 1 << 20
RECORDS_BYTES = 64 << 20
PLAIN_FORM_BYTES = 256 << 20
"""A browser without JavaScript cannot go on where it stopped."""
PAGE_BYTES = 1 << 30
"""A3 in 16-bit colour at 600 dpi is a third of it."""

LARGER: Mapping[str, tuple[Duty, int]] = {
    "agreements.create": (Duty.KEEP_AGREEMENTS, PAPER_BYTES + FORM_BYTES),
    "agreements.change": (Duty.KEEP_AGREEMENTS, PAPER_BYTES + FORM_BYTES),
    "cataloguing.receive": (Duty.CATALOGUE, RECORDS_BYTES),
    "upload.send_plainly": (Duty.UPLOAD, PLAIN_FORM_BYTES),
    "page_files.file": (Duty.CHECK_PAGES, PAGE_BYTES),
}


def let_files_in() -> None:
    """Raise the limit of this request, if it is such a form of somebody on duty."""
    duty, limit = LARGER.get(request.endpoint or "", (None, 0))
    if duty is None or request.method != "POST":
        return
    person = signed_in()
    if person is not None and person.has(duty):
        request.max_content_length = limit
