"""`sandyq analyse`: how search sees a text, for linguists and for whoever asks why not found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from archive.queries import parse_query
from archive.recipes.recognition import PROFILES
from archive.text import WrittenTerm, analyse_lines
from storage.settings import Settings
from web.cli.office import DONE, PARTLY_REFUSED
from web.cli.speech import Speech, say


def analyse_command(settings: Settings, speech: Speech) -> click.Command:  # noqa: ARG001
    """The words of standard input, each as the four terms that search compares."""

    def run(profile: str, *, as_query: bool) -> None:
        lines, damaged = _lines(sys.stdin.buffer)
        found = _as_query(lines, profile) if as_query else analyse_lines(lines, profile)
        _print(found)
        for number in damaged:
            told = speech(
                "Line %(number)s is not in UTF-8; what could not be read became �.",
                number=number,
            )
            say(told, error=True)
        raise SystemExit(PARTLY_REFUSED if damaged else DONE)

    return click.Command(
        "analyse",
        params=[
            click.Option(
                ["--profile"],
                type=click.Choice(list(PROFILES)),
                default="mixed",
                show_default=True,
                help=speech("the language and script of the text"),
            ),
            click.Option(
                ["--query", "as_query"],
                is_flag=True,
                help=speech(
                    "each line is a reader's question: signs that only steer it are no words"
                ),
            ),
        ],
        callback=run,
        help=speech(
            "Show how search sees a text: one line of JSON for each word of standard input.\n\n"
            "Example: sandyq analyse --profile kk"
        ),
    )


def _lines(stream: BinaryIO) -> tuple[list[str], list[int]]:
    """The lines of a text, and the numbers (from 1) of those that are not UTF-8."""
    lines = stream.read().decode("utf-8-sig", errors="surrogateescape").splitlines()
    damaged = [n for n, line in enumerate(lines, start=1) if not _is_whole(line)]
    return [_readable(line) for line in lines], damaged


def _is_whole(line: str) -> bool:
    return line.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in line)


def _readable(line: str) -> str:
    if _is_whole(line):
        return line
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _as_query(lines: list[str], profile: str) -> Iterator[WrittenTerm]:
    for line in lines:
        yield from analyse_lines(parse_query(line).words_as_typed, profile)


def _print(found: Iterator[WrittenTerm]) -> None:
    """One object a line; `position` counts the words from 0, as the streams have them."""
    for position, (written, term) in enumerate(found):
        told = {
            "position": position,
            "word": written,
            "exact": term.exact,
            "kk": term.kk,
            "ru": term.ru,
            "skeleton": term.skeleton,
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
