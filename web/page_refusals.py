"""What do the checks say of a book, and which changes are refused? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

# What the desk of pages finds beside problems of the image, and what it cannot do.
PAGES = {
    "doubled-page": (
        N_("The page seems to be the same as page %(page)s."),
        N_("If it was scanned twice, take it out of the book."),
    ),
    "missing-page": (
        N_("A page seems to be missing here."),
        N_("Scan it and put it in its place. If nothing is missing, say so."),
    ),
    "kazakh-misread": (
        N_("The page is in Kazakh but was read as Russian: its Kazakh letters are lost."),
        N_("Correct the language in the book's description, then have it read anew: sandyq redo."),
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
