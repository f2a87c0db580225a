"""What does `sandyq doctor` say is wrong, and what is to be done? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

_SET_CLOCK = N_("Let a time server set the clocks.")
_COPY = N_("Look at its disk, then run “sandyq backup”.")

DOCTOR = {
    "no-rows-yet": (
        N_("There is no library at %(file)s yet."),
        N_("Look whether SANDYQ_HOME is right; “sandyq run” begins a new library."),
    ),
    "rows-newer": (
        N_("The rows were written by a newer version of Sandyq."),
        N_("Install that version, or restore the copy that was made before."),
    ),
    "queue-unavailable": (N_("The queue does not answer."), N_("Start Redis again.")),
    "little-room": (
        N_("There is little room left."),
        N_("Free: %(size)s. Make room, or move to a larger disk."),
    ),
    "folder-missing": (
        N_("The folder %(folder)s is not there."),
        N_("Look whether its disk is connected and the setting is right."),
    ),
    "folder-closed": (
        N_("Nothing can be written to %(folder)s."),
        N_("Give the folder to the user whom Sandyq runs as."),
    ),
    "clock-differs": (
        N_("The clock differs from the database's by %(seconds)s s."),
        _SET_CLOCK,
    ),
    "clock-behind": (
        N_("The clock stands before the newest entry of the rows: %(when)s."),
        _SET_CLOCK,
    ),
    "no-worker": (N_("No worker is running."), N_("Start the service, or “sandyq worker”.")),
    "open-secret": (
        N_("Others on this machine may read %(file)s."),
        N_("Close it: “chmod o= %(file)s”."),
    ),
    "no-copy-yet": (N_("There is no copy of the archive yet."), N_("Run “sandyq backup”.")),
    "copy-old": (N_("No copy has been made for days."), _COPY),
    "copy-not-whole": (
        N_("Files are missing from the last copy."),
        N_("Run “sandyq check --bytes”: it names them."),
    ),
}
