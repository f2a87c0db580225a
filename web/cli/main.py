"""`sandyq`: one command line for handing in, looking after and exporting books.

Exit codes: 0 done; 1 something unexpected; 2 the command was misused; 3 part of
the input was refused and the rest is in; 4 not now, try later.
"""

from __future__ import annotations

import logging
import os
import sys

import click

from storage.errors import Failure, Refused, Transient
from storage.log_lines import install_logs
from storage.settings import Settings
from web.cli import (
    accounts,
    analysing,
    books,
    cataloguing,
    checking,
    copies,
    doctor,
    exports,
    ingesting,
    looking,
    moving,
    rights,
    sending,
    serving,
    tokens,
)
from web.cli.office import MISUSED, NOT_NOW, UNEXPECTED
from web.cli.speech import Speech, say

# The order in which a newcomer needs them.
COMMANDS = (
    serving.run_command,
    ingesting.ingest_command,
    cataloguing.catalogue_command,
    sending.send_command,
    looking.status_command,
    doctor.doctor_command,
    checking.check_command,
    looking.search_command,
    analysing.analyse_command,
    exports.export_command,
    books.redo_command,
    rights.rights_command,
    rights.withhold_command,
    accounts.user_command,
    tokens.token_command,
    serving.portal_command,
    serving.worker_command,
    books.sweep_command,
    books.reindex_command,
    copies.backup_command,
    copies.restore_command,
    moving.move_command,
)


def main() -> None:
    """Run one command and exit with its code."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    speech = Speech("en")
    try:
        settings = Settings.from_environment(os.environ)
        speech = Speech(settings.language)
        if settings.writes_json:
            install_logs(as_json=True)
        command_line(settings, speech)(prog_name="sandyq")
    except Failure as failure:
        say(speech.failure(failure), error=True)
        sys.exit(exit_code(failure))


class _InOrder(click.Group):
    """Lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """The names as `COMMANDS` has them."""
        return list(self.commands)


def command_line(settings: Settings, speech: Speech) -> click.Group:
    """The whole command line, speaking one language."""
    explained = speech(
        "Sandyq keeps a library's digitized books.\n\n"
        "Exit codes: 0 done; 1 something unexpected; 2 the command was misused; "
        "3 part of the input was refused and the rest is in; 4 not now, try later."
    )
    group = _InOrder(help=explained, context_settings={"max_content_width": 100})
    for make in COMMANDS:
        group.add_command(make(settings, speech))
    return group


def exit_code(failure: Failure) -> int:
    """What a script is told of a failure."""
    if isinstance(failure, Refused):
        return MISUSED
    return NOT_NOW if isinstance(failure, Transient) else UNEXPECTED
