"""A word in, what search sees of it out: for the librarian who asks why it was not found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from flask import Blueprint, render_template, request

from archive.duties import Duty
from archive.meeting import STREAMS, Meeting, meetings
from archive.recipes.recognition import PROFILES
from archive.text.explaining import Explained, explain
from web.ending_labels import ending_label, root_sentence, stream_label
from web.language import gettext
from web.pages.words import CutLetters, Field, Met, SeenWord, StreamRow, Verdict, WordsPage
from web.portal import portal
from web.refusals import N_
from web.signed_in import on_duty

blueprint = Blueprint("words", __name__)

MOST_LETTERS = 100
MOST_WORDS = 20
USUAL_PROFILE = "mixed"


@blueprint.get("/desk/words")
@on_duty(Duty.SEE_WORK)
def words() -> str:
    """The words of both fields, each with its terms and rules, and whether they meet."""
    asked = request.args.get("profile", "")
    profile = asked if asked in PROFILES else USUAL_PROFILE
    on_page, searched = _typed("word"), _typed("other")
    held, sought = _explained(on_page, profile), _explained(searched, "")
    page = WordsPage(
        on_page=_field("word", held),
        searched=_field("other", sought),
        profile=profile,
        profiles=list(PROFILES),
        verdict=_verdict(searched, held) if held and sought else None,
        letters=MOST_LETTERS,
    )
    return render_template("desk-words.html", page=page)


def _typed(name: str) -> str:
    """What a field held, on one line, as much of it as is looked at."""
    return " ".join(request.args.get(name, "")[:MOST_LETTERS].split())


def _explained(text: str, profile: str) -> Sequence[Explained]:
    """One word more than is shown, if there are so many."""
    return tuple(islice(explain(text, profile), MOST_WORDS + 1))


def _field(name: str, found: Sequence[Explained]) -> Field:
    """What is said of a field."""
    has_more = len(request.args.get(name, "")) > MOST_LETTERS or len(found) > MOST_WORDS
    seen = tuple(_seen(word) for word in found[:MOST_WORDS])
    return Field(name, _printable(_typed(name)), seen, has_more)


def _printable(text: str) -> str:
    """A text without the control characters, which are not for a page."""
    return "".join(letter for letter in text if letter.isprintable())


def _seen(word: Explained) -> SeenWord:
    return SeenWord(
        written=word.written,
        rows=tuple(
            StreamRow(stream_label(stream), getattr(word.term, stream)) for stream in STREAMS
        ),
        left=word.left,
        cuts=tuple(CutLetters(cut.letters, ending_label(cut.ending)) for cut in word.cuts),
        stem=word.term.kk,
        root=root_sentence(word.root),
    )


def _verdict(question: str, held: Sequence[Explained]) -> Verdict:
    names = portal().names
    found = meetings(question, [word.term for word in held], names)
    return Verdict(all(each.found for each in found), tuple(_met(each) for each in found))


def _met(meeting: Meeting) -> Met:
    ways = [stream_label(stream) for stream in meeting.streams]
    if meeting.by_name:
        ways.append(gettext(N_("The list of names")))
    return Met(_printable(meeting.asked), tuple(ways))
