"""What is a person told of catalogue records that cannot be taken in? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

_EXPORT_AGAIN = N_("Export it from the catalogue again, or correct the record there.")
RECORDS = {
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
