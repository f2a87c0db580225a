"""`sandyq`: one command line for handing in, looking after and exporting books.

Exit codes: 0 done; 1 something unexpected; 2 the command was misused; 3 part of
the input was refused and the rest is in; 4 not now, try later.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module

import click

from storage.errors import Failure, Refused, Transient
from storage.log_lines import install_logs
from storage.settings import Settings
from web.cli.office import MISUSED, NOT_NOW, UNEXPECTED
from web.cli.speech import Speech, say

# The modules that make them, in the order in which a newcomer needs them.
COMMANDS = {
    "run": "serving",
    "ingest": "ingesting",
    "catalogue": "cataloguing",
    "send": "sending",
    "status": "looking",
    "doctor": "doctor",
    "check": "checking",
    "search": "looking",
    "analyse": "analysing",
    "export": "exports",
    "redo": "books",
    "rights": "rights",
    "withhold": "rights",
    "user": "accounts",
    "token": "tokens",
    "portal": "serving",
    "worker": "serving",
    "sweep": "books",
    "reindex": "books",
    "backup": "copies",
    "restore": "copies",
    "move": "moving",
}


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


class _Commands(click.Group):
    """The commands of `COMMANDS`, each loaded when it is asked for: to load all takes a second."""

    def __init__(self, settings: Settings, speech: Speech) -> None:
        explained = speech(
            "Sandyq keeps a library's digitized books.\n\n"
            "Exit codes: 0 done; 1 something unexpected; 2 the command was misused; "
            "3 part of the input was refused and the rest is in; 4 not now, try later."
        )
        super().__init__(help=explained, context_settings={"max_content_width": 100})
        self._told = settings, speech

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"web.cli.{COMMANDS[cmd_name]}")
        make: Callable[[Settings, Speech], click.Command] = getattr(module, f"{cmd_name}_command")
        return make(*self._told)


def command_line(settings: Settings, speech: Speech) -> click.Group:
    """The whole command line, speaking one language."""
    return _Commands(settings, speech)


def exit_code(failure: Failure) -> int:
    """What a script is told of a failure."""
    if isinstance(failure, Refused):
        return MISUSED
    return NOT_NOW if isinstance(failure, Transient) else UNEXPECTED
