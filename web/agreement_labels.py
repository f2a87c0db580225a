"""How are the codes of agreements called on the desk: states, parties, parts, uses, rules?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from web.language import gettext
from web.refusals import N_

STATES = {
    "draft": N_("Draft, gives no access yet"),
    "waiting": N_("Waits for a second officer, gives no access yet"),
    "signed": N_("Signed, its first day lies ahead"),
    "active": N_("In force"),
    "ending": N_("In force, ends soon"),
    "ended": N_("Ended"),
    "suspended": N_("Suspended"),
    "terminated": N_("Terminated"),
}
PARTIES = {
    "author": N_("Author"),
    "co-author": N_("Co-author"),
    "heir": N_("Heir"),
    "translator": N_("Translator"),
    "illustrator": N_("Illustrator"),
    "compiler": N_("Compiler"),
    "organisation": N_("Organisation"),
}
PARTS = {
    "text": N_("Text"),
    "translation": N_("Translation"),
    "illustrations": N_("Illustrations"),
    "photographs": N_("Photographs"),
    "compilation": N_("Compilation"),
    "foreword": N_("Foreword"),
}
# In the form, in this order: what it is, and the hint below it.
USES = {
    "keep": (N_("Scan and keep"), N_("Without this the book may not be digitized")),
    "read-premises": (N_("Read in the library"), N_("On the computers in the branches")),
    "read-registered": (N_("Read on the site by registered readers"), N_("After signing in")),
    "read-everybody": (
        N_("Read on the site by all"),
        N_("Pages are seen without registering"),
    ),
    "search": (N_("Search and show the line"), N_("The words around the word found")),
    "download": (N_("Download PDF"), ""),
    "print": (N_("Print"), ""),
}
AUDIENCES = {
    "premises": N_("in the library"),
    "registered": N_("registered readers"),
    "everybody": N_("everybody"),
}
TERRITORIES = {"world": N_("Whole world"), "kazakhstan": N_("Republic of Kazakhstan")}
STANDINGS = {
    "unknown": N_("Holder not found"),
    "known": N_("Holder known"),
    "ours": N_("The library's own work"),
}
RULES = {
    "taken-down": N_("Taken down: shown to nobody"),
    "withheld": N_("The page is withheld"),
    "suspended": N_("An agreement is suspended"),
    "decision": N_("Opened by the library's decision or a licence"),
    "public-domain": N_("Opened by the end of copyright"),
    "agreements": N_("Opened by agreements"),
    "nothing-opens": N_("Nothing opens it"),
}
DONE = {
    "drafted": N_("Draft written"),
    "changed": N_("Draft changed"),
    "submitted": N_("Handed to a second officer"),
    "confirmed": N_("Confirmed"),
    "taken-back": N_("Taken back to be corrected"),
    "shortened": N_("Last day brought forward"),
    "suspended": N_("Suspended"),
    "resumed": N_("Suspension lifted"),
    "terminated": N_("Terminated"),
    "paper-attached": N_("Signed paper attached"),
    "part-added": N_("Part written down"),
    "part-removed": N_("Part struck out"),
    "part-left-out": N_("Opened without a part's pages"),
    "part-brought-back": N_("A part's pages brought back"),
    "term-ruled": N_("Term of protection ruled"),
    "taken-down": N_("Taken down"),
    "put-back": N_("Put back"),
}

Options = Sequence[tuple[str, str]]


def named(labels: Mapping[str, str], code: str) -> str:
    """The code's name in the language of the request, or the code itself."""
    return gettext(labels[code]) if code in labels else code


def options(labels: Mapping[str, str]) -> Options:
    """Codes with their names, for a list to choose from."""
    return [(code, gettext(label)) for code, label in labels.items()]
