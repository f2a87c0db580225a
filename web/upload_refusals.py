"""What is a person told whose file on its way in was not taken? Part of `web.refusals`."""

from __future__ import annotations

from web.advice import LOOK_AT_LIST, WAIT
from web.marking import N_

UPLOADS = {
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
