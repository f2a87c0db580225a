"""What is a rights officer told whose agreement cannot be kept so? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

_CHECK_FIELD = N_("Correct it and try again.")
AGREEMENTS = {
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
        "paper-again": N_("Choose the scan of the signed agreement again: it was not kept."),
        "part-without-pages": N_("This part is on all pages: nothing would be left."),
        "ruling-without-note": N_("Write the reason."),
    }.items()
}
