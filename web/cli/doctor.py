"""`sandyq doctor`: is everything well? A line for each thing, with what to do if it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import click

from storage.errors import Broken, Failure, Transient
from storage.postgresql_dump import program_here
from storage.questions import Question
from storage.settings import Settings
from web.cli import engine_looks, machine_looks
from web.cli.office import DONE, PARTLY_REFUSED, utc_now
from web.cli.speech import Speech, say, say_json
from web.marking import N_
from workers.installed import engine_version, model_is_there, models

SECONDS = 15.0
"""No look takes longer; they all begin at once."""

# What another machine says is for those who work with books; here somebody can start it.
_AWAY = frozenset({
    "database-down", "index-unavailable", "no-answer", "queue-unavailable", "storage-unavailable",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """`find` gives a few words of what is there, or raises what is wrong.

    `subject` says which of several; `advice` is for an engine that is away.
    """

    name: str
    title: str
    find: Callable[[], str]
    subject: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found, or the failure."""

    look: Look
    found: str
    failure: Failure | None


def doctor_command(settings: Settings, speech: Speech) -> click.Command:
    """Look at everything."""

    def run(*, as_json: bool) -> None:
        seen = look_around(looks(settings, speech.language))
        well = all(each.failure is None for each in seen)
        if as_json:
            say_json({"well": well, "looks": [_value(speech, each) for each in seen]})
        else:
            _tell(speech, seen)
        raise SystemExit(DONE if well else PARTLY_REFUSED)

    return click.Command(
        "doctor",
        params=[
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script"))
        ],
        callback=run,
        help=speech(
            "Look whether everything is well: engines, programs, language data, room, clock, "
            "worker, secrets and copies. What is wrong is told with what to do; exit code 3.\n\n"
            "Example: sandyq doctor"
        ),
    )


def looks(
    settings: Settings, language: str, now: Callable[[], datetime] = utc_now
) -> Sequence[Look]:
    """What there is to look at in this installation."""
    return [*_engines(settings), *_programs(settings), *_machine(settings, language, now)]


def _engines(settings: Settings) -> Iterator[Look]:
    yield Look("rows", N_("Rows"), partial(engine_looks.rows, settings),
               advice=N_("Start the database, and compare SANDYQ_DATABASE."))  # fmt: skip
    yield Look("bytes", N_("Files"), partial(engine_looks.files, settings),
               advice=N_("Start the store, and compare SANDYQ_BLOBS."))  # fmt: skip
    yield Look("index", N_("Search index"), partial(engine_looks.index, settings),
               advice=N_("Start the search engine, and compare SANDYQ_SEARCH."))  # fmt: skip
    yield Look("queue", N_("Queue"), partial(engine_looks.queue, settings),
               advice=N_("Start Redis, and compare SANDYQ_BROKER."))  # fmt: skip


def _programs(settings: Settings) -> Iterator[Look]:
    yield Look("tesseract", N_("Recognition of text"), engine_version)
    for model in models():
        yield Look("language", N_("Language data"), partial(model_is_there, model), model.name)
    yield Look("front-end", N_("Icons and fonts"), machine_looks.front_end)
    if engine_looks.is_on_postgresql(settings):
        find = partial(program_here, "pg_dump")
        yield Look("postgresql-client", N_("Programs that copy PostgreSQL"), find)


def _machine(settings: Settings, language: str, now: Callable[[], datetime]) -> Iterator[Look]:
    for name, folder in machine_looks.folders(settings):
        yield Look("disk", N_("Room"), partial(machine_looks.room, folder, language), name)
    yield Look("clock", N_("Clock"), lambda: engine_looks.clock(settings, now()))
    yield Look("time-zone", N_("Time zone"), lambda: str(settings.zone))
    yield Look("worker", N_("Worker"), lambda: machine_looks.worker(settings, now()))
    for file in machine_looks.secrets(settings):
        yield Look("secret", N_("Secret"), partial(machine_looks.secret, file), str(file))
    yield Look("copy", N_("Newest copy"), lambda: machine_looks.copy(settings, now()))


def look_around(wanted: Sequence[Look], seconds: float = SECONDS) -> Sequence[Seen]:
    """Look at all of them at once; none holds up the others, or this, for longer."""
    asked = [Question(look.find).begin() for look in wanted]
    wait(asked, seconds)
    return [_seen(look, answer, seconds) for look, answer in zip(wanted, asked, strict=True)]


def _seen(look: Look, asked: Future[str], seconds: float) -> Seen:
    if not asked.done():
        return Seen(look, "", Transient("no-answer", seconds=seconds))
    error = asked.exception()
    if error is None:
        return Seen(look, asked.result(), None)
    if isinstance(error, Failure):
        return Seen(look, "", error)
    return Seen(look, "", Broken("unexpected", error=repr(error)))


def _tell(speech: Speech, seen: Sequence[Seen]) -> None:
    words = {True: speech("ok"), False: speech("WRONG")}
    width = max(map(len, words.values()))
    for each in seen:
        title = " ".join(filter(None, [speech(each.look.title), each.look.subject]))
        told = each.found if each.failure is None else _told(speech, each.look, each.failure)
        say(f"{words[each.failure is None]:{width}}  {title}: {told}")


def _told(speech: Speech, look: Look, failure: Failure) -> str:
    if failure.reason in _AWAY and look.advice:
        return f"{speech.fact(failure)} {speech(look.advice)}"
    if failure.reason == "unexpected":
        return f"{speech.failure(failure)} {failure.values.get('error')}"
    return speech.failure(failure)


def _value(speech: Speech, seen: Seen) -> dict[str, Any]:
    value = {"look": seen.look.name, "subject": seen.look.subject, "well": seen.failure is None}
    if seen.failure is None:
        return value | {"found": seen.found}
    told = _told(speech, seen.look, seen.failure)
    return value | {"reason": seen.failure.reason, "values": dict(seen.failure.values),
                    "told": told}  # fmt: skip
