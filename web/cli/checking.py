"""`sandyq check`: do rows, files and search index agree, and what can be put right?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from storage.errors import Transient
from storage.settings import Settings
from web.cli.books import make_index_anew
from web.cli.copies import bar
from web.cli.office import DONE, PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say, say_json
from web.marking import N_
from workers.checking import Checked, Differing, Lost, Repaired, Wrong, check, repair
from workers.workshop import Workshop

_WRONG: Mapping[Wrong, str] = {
    Wrong.LACKING: N_("the index does not have it"),
    Wrong.OLDER: N_("the index has an older state"),
    Wrong.NEWER: N_("the index has a newer state than the rows"),
    Wrong.STALE: N_("the index has another text or other rights, and nothing is due"),
    Wrong.TOO_MANY: N_("the index has it, the rows do not"),
}
_REPAIR = N_("“sandyq check --repair” puts it right.")
_MADE_AGAIN = N_("“sandyq check --repair” makes it again, before its book's files.")
_ONLY_COPY = N_("Only a copy has it: SANDYQ_COPIES=FOLDER sandyq check --repair")
_MOVE_AWAY = N_("Move the damaged file away and check again; then it counts as missing.")
_OTHER_VERSION = N_("The search index is not of this version.")
_FORMER = N_("It was made of a former state and is shown nowhere; only a copy has it.")


@dataclass(frozen=True, slots=True)
class Line:
    """One difference as it is told and as a script gets it."""

    value: Mapping[str, Any]
    what: str
    advice: str


def check_command(settings: Settings, speech: Speech) -> click.Command:
    """Compare, and put right if asked to."""

    def run(*, read: bool, mend: bool, as_json: bool) -> None:
        with open_office(settings) as office:
            workshop = Workshop(settings, office.queue)
            try:
                code = _run(office, workshop, speech, read=read, mend=mend, as_json=as_json)
            finally:
                workshop.storage.close()
        raise SystemExit(code)

    return click.Command(
        "check",
        params=[
            click.Option(
                ["--bytes", "read"],
                is_flag=True,
                help=speech("read every byte of every file too and compare it with its digest"),
            ),
            click.Option(["--repair", "mend"], is_flag=True, help=speech("put right what can be")),
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
        ],
        callback=run,
        help=speech(
            "Look whether rows, files and search index agree, and name every difference with "
            "its book and page and with what to do; exit code 3. Files that no row names are "
            "counted, and never removed.\n\n"
            "Example: sandyq check --repair"
        ),
    )


def _run(
    office: Office, workshop: Workshop, speech: Speech, *, read: bool, mend: bool, as_json: bool
) -> int:
    with bar(speech("Files looked at")) as told:
        checked = check(workshop, read=read, told=told)
    repaired = Repaired()
    if mend and not checked.agrees:
        repaired = repair(workshop, checked)
        if not checked.is_current:
            make_index_anew(office, speech)
    if as_json:
        say_json(_value(speech, checked, repaired, mend=mend))
    else:
        _tell(speech, checked, repaired, mend=mend)
    is_left = bool(repaired.left or repaired.later) if mend else not checked.agrees
    return PARTLY_REFUSED if is_left else DONE


def _lines(speech: Speech, checked: Checked) -> list[Line]:
    return [
        *(_line_of_file(speech, each) for each in checked.lost),
        *(_line_of_index(speech, each) for each in checked.differing),
    ]


def _line_of_file(speech: Speech, lost: Lost) -> Line:
    owner = lost.owner
    what = speech(N_("the file is damaged")) if lost.damaged else speech(N_("the file is missing"))
    value = {
        "difference": "damaged-file" if lost.damaged else "missing-file",
        "digest": owner.key, "kind": owner.kind, "file": owner.file, "work": owner.work,
        "title": owner.title, "page": owner.page, "sequence": owner.sequence, "step": owner.step,
    }  # fmt: skip
    return Line(value, what, speech(advice_for(lost)))


def advice_for(lost: Lost) -> str:
    """What is to be done about a file; a message id."""
    if lost.damaged:
        return _MOVE_AWAY
    if lost.owner.step:
        return _MADE_AGAIN
    return _FORMER if lost.owner.kind == "derivative" else _ONLY_COPY


def _line_of_index(speech: Speech, each: Differing) -> Line:
    value = {
        "difference": f"index-{each.wrong}", "kind": str(each.kind), "id": each.key,
        "work": each.work, "title": each.title, "page": each.page, "sequence": each.sequence,
        "file": "",
    }  # fmt: skip
    return Line(value, speech(_WRONG[each.wrong]), speech(_REPAIR))


def _tell(speech: Speech, checked: Checked, repaired: Repaired, *, mend: bool) -> None:
    for line in _lines(speech, checked):
        say(f"{_place(speech, line.value)}: {line.what}. {'' if mend else line.advice}".rstrip())
    if checked.is_rebuilding:
        say(speech.failure(Transient("index-not-current")))
    if not checked.is_current and not mend:
        say(f"{speech(_OTHER_VERSION)} {speech(_REPAIR)}")
    if checked.unnamed:
        say(speech("Files that no row names: %(n)s. They harm nobody.", n=len(checked.unnamed)))
    if checked.agrees and not checked.is_rebuilding:
        say(speech("Rows, files and search index agree."))
    elif mend:
        _tell_repaired(speech, checked, repaired)


def _tell_repaired(speech: Speech, checked: Checked, repaired: Repaired) -> None:
    for told, count in (
        (N_("Put right in the index: %(n)s"), len(checked.differing)),
        (N_("Brought from the copy: %(n)s"), len(repaired.brought)),
        (N_("Made again by the worker: %(n)s"), len(repaired.due)),
        (N_("To be made afterwards: %(n)s. Run the same once more then."), len(repaired.later)),
    ):
        if count:
            say(speech(told, n=count))
    if repaired.left:
        say(speech("Left for a person: %(n)s", n=len(repaired.left)), error=True)
    for each in repaired.left:
        line = _line_of_file(speech, each)
        say(f"  {_place(speech, line.value)}: {line.what}. {line.advice}", error=True)


def _place(speech: Speech, value: Mapping[str, Any]) -> str:
    """The book, the page and the file of a difference, as far as there are any."""
    page = speech("page %(number)s", number=value["sequence"]) if value["page"] else ""
    book = " ".join(filter(None, [value["work"], value["title"]]))
    told = [book, page, value["file"]]
    return ", ".join(filter(None, told)) or f"{value['kind']} {value.get('id', '')}"


def _value(speech: Speech, checked: Checked, repaired: Repaired, *, mend: bool) -> dict[str, Any]:
    return {
        "agrees": checked.agrees,
        "index_is_current": checked.is_current,
        "index_is_rebuilding": checked.is_rebuilding,
        "differences": [
            {**line.value, "what": line.what, "advice": line.advice}
            for line in _lines(speech, checked)
        ],
        "unnamed": checked.unnamed,
        "repaired": {
            "index": len(checked.differing),
            "from_copy": _digests(repaired.brought),
            "made_again": _digests(repaired.due),
            "later": _digests(repaired.later),
            "left": _digests(repaired.left),
        } if mend else None,
    }  # fmt: skip


def _digests(files: Sequence[Lost]) -> list[str]:
    return [each.owner.key for each in files]
