"""What is a person told to do, whatever went wrong? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

SCAN_AGAIN = N_("Scan the page again and send the new file.")
SEND_IMAGE = N_("Send TIFF, JPEG, PNG, JPEG 2000 or a PDF of scans.")
WAIT = N_("Nothing needs to be done: the work goes on by itself.")
START_AGAIN = N_(
    "“Start again” tries once more. If that does not help, send a new scan of the page."
)
TRY_LATER = N_("Try again in a minute.")
ASK_ADMINISTRATOR = N_("Tell the administrator of the portal.")
RUN_SETUP = N_("Run “make setup” and start again.")
ASK_LIBRARIAN = N_("Ask a librarian.")
LOOK_AT_LIST = N_("Look at the list in the documentation and write it as it stands there.")
