"""What is a person told whose library moves, or does not move? Part of `web.refusals`."""

from __future__ import annotations

from web.advice import ASK_ADMINISTRATOR, WAIT
from web.marking import N_

_START_AGAIN = N_("Start the same “sandyq move” again.")

MOVES = {
    "library-moving": (
        N_("The library is being moved to another place. It can be read meanwhile."),
        N_("Make the change at the new place, in some hours."),
    ),
    "library-moved": (
        N_("The library has moved. Here it stays as it was."),
        N_("Start Sandyq with the settings of the new place."),
    ),
    "library-arriving": (
        N_("A library is being moved to this place and is not whole yet."),
        _START_AGAIN,
    ),
    "library-at-work": (
        N_("The library is at work."),
        N_("Stop the worker and start again; a step that broke off is over after its lease."),
    ),
    "move-under-way": (N_("The library is being moved just now."), WAIT),
    "new-place-silent": (
        N_("The new place does not answer: %(place)s."),
        N_("Look whether it runs and whether its address is right."),
    ),
    "new-place-is-old": (
        N_("The library is at this place already."),
        N_("Write another SANDYQ_DATABASE, SANDYQ_BLOBS or SANDYQ_SEARCH into the file."),
    ),
    "new-place-taken": (
        N_("The new place is not empty: %(place)s."),
        N_("Name an empty one: nothing is ever written over."),
    ),
    "settings-file-missing": (
        N_("There is no file %(file)s."),
        N_("Write the settings of the new place into it, one a line."),
    ),
    "bad-settings-line": (
        N_("A line of the file is not a setting: %(file)s, %(line)s."),
        N_("Write a name, an equals sign and a value."),
    ),
    "no-settings-file": (
        N_("It is not said where to move to."),
        N_("Name a file with the settings of the new place."),
    ),
    "no-move": (
        N_("No library is being moved from here."),
        N_("Give the settings of the old place."),
    ),
    "row-unfit": (
        N_("The new database cannot hold a row: %(table)s, %(row)s."),
        ASK_ADMINISTRATOR,
    ),
    "rows-differ": (
        N_("The rows are not the same at both places: %(table)s."),
        N_("Empty the new database and start again. The old place is as it was."),
    ),
    "index-incomplete": (
        N_("The new search index lacks %(count)s documents."),
        _START_AGAIN,
    ),
}
