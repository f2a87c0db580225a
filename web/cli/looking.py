"""`sandyq status` and `sandyq search`: what is here, and what can be found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from archive.broken_words import BrokenWord, known_words, with_whole_word
from archive.doubts import Doubt
from archive.finding import Asking, Findings, FoundWork, find
from archive.hits import find_hits
from archive.overview import BookState, Trouble, all_books, book_state
from archive.queries import parse_query
from archive.rights import Act, Requester
from archive.rights_units import rights_now
from archive.snippets import snippet
from schemas.page_words import unpack
from storage.query import Narrowing, Order, Query
from storage.settings import Settings
from web.cli.office import DONE, PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say, say_json
from web.own_words import names_of

MOST_FOUND = 20


def status_command(settings: Settings, speech: Speech) -> click.Command:
    """How far every book is."""

    def run(work: str | None, *, as_json: bool) -> None:
        with open_office(settings) as office:
            states = _states(office, work)
            if as_json:
                told = list(states)
                say_json([_state_value(speech, state) for state in told])
            else:
                told = [_tell_state(speech, state) for state in states]
                if not told:
                    say(speech("There are no books yet."))
        raise SystemExit(PARTLY_REFUSED if any(state.troubles for state in told) else DONE)

    return click.Command(
        "status",
        params=[
            click.Argument(["work"], required=False),
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
        ],
        callback=run,
        help=speech(
            "Show how far every book is, and which pages wait for a person and why.\n\n"
            "Example: sandyq status --json"
        ),
    )


def _states(office: Office, work: str | None) -> Iterator[BookState]:
    """One after another: a library of thousands of books is told while it is looked at."""
    with office.storage.rows.reading() as session:
        for name in [work] if work else all_books(session):
            yield book_state(session, name)


def _tell_state(speech: Speech, state: BookState) -> BookState:
    say(
        speech(
            "%(work)s  %(title)s: %(texts)s of %(pages)s pages have a text",
            work=state.work,
            title=state.title,
            texts=state.with_text,
            pages=state.pages,
        )
    )
    if state.waiting:
        say("  " + speech.reason(state.waiting["reason"], state.waiting["values"]))
    for trouble in state.troubles:
        _tell_page(speech, trouble)
    for doubt in state.doubts:
        _tell_page(speech, doubt)
    return state


def _tell_page(speech: Speech, page: Trouble | Doubt) -> None:
    where = speech("page %(number)s", number=page.sequence)
    say(f"  {where}, {page.file}: {speech.reason(page.reason, page.values)}")


def _state_value(speech: Speech, state: BookState) -> dict[str, Any]:
    return {
        "work": state.work,
        "title": state.title,
        "pages": state.pages,
        "pages_with_text": state.with_text,
        "complete": state.is_settled,
        "waiting": dict(state.waiting) if state.waiting else None,
        "troubles": [
            {
                "page": trouble.page,
                "sequence": trouble.sequence,
                "file": trouble.file,
                "step": trouble.step,
                "reason": trouble.reason,
                "told": speech.reason(trouble.reason, trouble.values),
            }
            for trouble in state.troubles
        ],
        "to_look_at": [
            {
                "page": doubt.page,
                "sequence": doubt.sequence,
                "file": doubt.file,
                "reason": doubt.reason,
                "told": speech.reason(doubt.reason, doubt.values),
            }
            for doubt in state.doubts
        ],
    }


def search_command(settings: Settings, speech: Speech) -> click.Command:
    """What a reader at home would find."""

    def run(question: tuple[str, ...], *, as_json: bool) -> None:
        names = names_of(settings)
        query = parse_query(" ".join(question), variants=names.other_names).query
        with open_office(settings) as office:
            findings, lines = _search(office, query)
        if as_json:
            say_json({"pages": findings.page_count, "works": findings.work_count, "found": lines})
            return
        say(
            speech(
                "Pages: %(pages)s, documents: %(works)s",
                pages=findings.page_count,
                works=findings.work_count,
            )
        )
        for line in lines:
            say(f"{line['work']}  {line['title']}  {line['label'] or ''}\n    {line['snippet']}")

    return click.Command(
        "search",
        params=[
            click.Argument(["question"], nargs=-1, required=True),
            click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
        ],
        callback=run,
        help=speech(
            "Search as a reader at home would.\n\nExample: sandyq search '\"көмір бассейні\"'"
        ),
    )


def _search(office: Office, query: Query) -> tuple[Findings, list[dict[str, Any]]]:
    requester, today = Requester(), office.today()
    with office.storage.rows.reading() as session:
        rights = rights_now(session, requester, Act.SEARCH, today)
        asking = Asking(query, Narrowing(), Order.RELEVANCE, requester, today, rights)
        findings = find(session, office.storage.index, asking, first=0, limit=MOST_FOUND)
        broken = known_words(session, [found.page.id for found in findings.works if found.page])
        return findings, [_found_value(office, query, each, broken) for each in findings.works]


def _found_value(
    office: Office, query: Query, found: FoundWork, broken: Mapping[int, BrokenWord]
) -> dict[str, Any]:
    value: dict[str, Any] = {
        "work": found.work.name,
        "title": found.work.title,
        "page": None,
        "label": None,
        "pages": found.pages,
        "snippet": "",
        "boxes": [],
    }
    if found.page is not None and found.page.text is not None:
        printed = unpack(office.storage.blobs.read(found.page.text.words.content_key))
        words = with_whole_word(printed, broken.get(found.page.id))
        hits = find_hits(words, query)
        value |= {
            "page": found.page.name,
            "label": found.page.printed_label,
            "snippet": "".join(run.text for run in snippet(words, hits)),
            "boxes": [[box.x, box.y, box.w, box.h] for hit in hits for box in hit.boxes],
        }
    return value
