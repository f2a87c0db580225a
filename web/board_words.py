"""What does the board say of a book? Counts become sentences, waits become buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from archive.board import BookOnBoard
from archive.doubts import Doubt
from archive.milestones import Audience, BookCounts, Milestone, Stage, StageState, Wait, stage_now
from archive.overview import Trouble
from web import addresses, desks, figures
from web.labels import audience_label
from web.language import current_language, gettext
from web.language import ngettext as _ngettext
from web.page_tiles import written
from web.pages.work import Bar, Button, Errand, JobRow, ToldPage
from web.portal import portal
from web.refusals import N_, told
from web.signed_in import SignedIn

STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.UPLOAD: (N_("Upload"), "upload"),
    Stage.CHECK: (N_("Page check"), "eye"),
    Stage.RECOGNITION: (N_("Recognition"), "scan-text"),
    Stage.PDF: ("PDF", "file-text"),
    Stage.DESCRIPTION: (N_("Description"), "pencil"),
    Stage.RIGHTS: (N_("Rights"), "scale"),
    Stage.OPEN: (N_("Open on the site"), "circle-check"),
}

WHO: Mapping[Wait, str] = {
    Wait.SEND_AGAIN: N_("The operator of the branch does this."),
    Wait.TRY_AGAIN: N_("The operator of the branch does this."),
    Wait.LOOK: N_("The operator of the branch does this."),
    Wait.DESCRIBE: N_("The cataloguer does this."),
    Wait.DECIDE_RIGHTS: N_("The rights officer does this."),
}

_LOOKS: Mapping[Wait, tuple[str, str]] = {
    Wait.SEND_AGAIN: ("bad", "circle-alert"),
    Wait.TRY_AGAIN: ("bad", "refresh-cw"),
    Wait.LOOK: ("warn", "eye"),
    Wait.DESCRIBE: ("warn", "pencil"),
    Wait.DECIDE_RIGHTS: ("warn", "lock"),
}

# Each reason to look at a page, counted: "Blurred: 3."
REASONS: Mapping[str, str] = {
    "blurred-page": N_("Blurred: %(n)s."),
    "skewed-page": N_("Skewed: %(n)s."),
    "cut-edge": N_("Edge cut: %(n)s."),
    "blank-page": N_("Blank: %(n)s."),
    "low-resolution": N_("Too few dpi: %(n)s."),
    "unknown-resolution": N_("Resolution unknown: %(n)s."),
    "poor-text": N_("Text read poorly: %(n)s."),
    "kazakh-misread": N_("Kazakh read as Russian: %(n)s."),
}
_OTHER_REASON = N_("For another reason: %(n)s.")


def ngettext(one: str, many: str, count: int) -> str:
    """A counted sentence in the language of the request, with its number as people read it."""
    number = figures.number(count, current_language())
    return (_ngettext(one, many, count) % {"n": number}).replace(f"{number} ", f"{number}\u00a0", 1)


def row_of(book: BookOnBoard, person: SignedIn) -> JobRow:
    """A book's row as this person sees it."""
    tag, icon = _tag(book)
    told_pages = _told_pages(book) if book.mine else ()
    return JobRow(
        work=book.work.name,
        title=book.work.title,
        language=book.work.language,
        byline=book.work.author or "",
        branch=book.item.branch.label(current_language()) if book.item.branch else "",
        pages=book.counts.pages,
        bar=tuple(Bar(each.state, _filled(each)) for each in book.bar),
        stage=_stage_in_words(book.bar),
        sentence="" if book.mine else sentence(book),
        tag=tag,
        icon=icon,
        errands=tuple(_errand(wait, book, person) for wait in book.mine),
        troubles=told_pages,
        more=max(0, _pages_that_wait(book) - len({each.page for each in told_pages})),
    )


def _filled(milestone: Milestone) -> int:
    if milestone.state in {StageState.DONE, StageState.TROUBLE, StageState.WAITING}:
        return 100
    return round(100 * milestone.share) if milestone.state is StageState.UNDER_WAY else 0


def _at_work(bar: tuple[Milestone, ...]) -> Stage:
    """The stage that is going on, else the first that is not done."""
    going_on = (each.stage for each in bar if each.state is StageState.UNDER_WAY)
    return next(going_on, stage_now(bar))


def _tag(book: BookOnBoard) -> tuple[str, str]:
    if book.mine:
        return "", ""
    stage = _at_work(book.bar)
    audience = book.counts.audience
    if stage is Stage.OPEN and audience is not Audience.EVERYBODY:
        return audience_label(audience), "map-pin" if audience is Audience.PREMISES else "lock"
    label, icon = STAGES[stage]
    return gettext(label), icon


def _stage_in_words(bar: tuple[Milestone, ...]) -> str:
    stage = _at_work(bar)
    values = {"number": list(Stage).index(stage) + 1, "stage": gettext(STAGES[stage][0])}
    return gettext(N_("Step %(number)s of 7: %(stage)s")) % values


def sentence(book: BookOnBoard) -> str:
    """One sentence with numbers for a book that needs nothing from this person."""
    counts = book.counts
    if counts.delayed_by:
        explained = told(counts.delayed_by, {}, gettext)
        return f"{explained.fact} {explained.advice}"
    if counts.alive and counts.with_image + counts.unreadable < counts.pages:
        return _of(N_("Pages checked: %(done)s of %(total)s."), counts.with_image, counts.pages)
    if counts.alive and counts.with_text + counts.unreadable + counts.unrecognised < counts.pages:
        done = _of(N_("Pages recognised: %(done)s of %(total)s."), counts.with_text, counts.pages)
        return f"{done} {_time_left(book.minutes_left)}".strip()
    if counts.files_alive or (counts.alive and not counts.is_made):
        return gettext(N_("The PDF is being made."))
    if book.others:
        wait = book.others[0]
        return f"{_fact(wait, counts)}. {_then(wait, book)} {gettext(WHO[wait])}".replace("  ", " ")
    return _finished(counts)


def _of(text: str, done: int, total: int) -> str:
    language = current_language()
    values = {"done": figures.number(done, language), "total": figures.number(total, language)}
    return gettext(text) % values


def _time_left(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes < 90:
        return ngettext("About %(n)s minute is left.", "About %(n)s minutes are left.", minutes)
    return ngettext("About %(n)s hour is left.", "About %(n)s hours are left.", round(minutes / 60))


def _finished(counts: BookCounts) -> str:
    audience = audience_label(counts.audience)
    if counts.finished_at is None:
        return f"{audience}."
    when = gettext(N_("Finished: %(when)s.")) % {"when": moment(counts.finished_at)}
    return f"{when} {audience}."


def moment(at: datetime) -> str:
    """«14:20» for today, «23.11.2026, 14:20» for another day."""
    local = at.astimezone(portal().settings.zone)
    clock = f"{local:%H:%M}"
    if local.date() == portal().today():
        return clock
    return f"{figures.short_date(local.date())}, {clock}"


def _errand(wait: Wait, book: BookOnBoard, person: SignedIn) -> Errand:
    kind, icon = _LOOKS[wait]
    return Errand(
        wait,
        kind,
        icon,
        _fact(wait, book.counts),
        _then(wait, book),
        _button(wait, book.work.name, person),
    )


def _fact(wait: Wait, counts: BookCounts) -> str:
    if wait is Wait.SEND_AGAIN:
        return ngettext(
            "%(n)s page could not be read", "%(n)s pages could not be read", counts.refused
        )
    if wait is Wait.TRY_AGAIN:
        return gettext(N_("The work broke off"))
    if wait is Wait.LOOK:
        return ngettext("Look at %(n)s page", "Look at %(n)s pages", counts.doubtful)
    if wait is Wait.DESCRIBE:
        return gettext(N_("No description"))
    return gettext(N_("No agreement"))


def _then(wait: Wait, book: BookOnBoard) -> str:
    counts = book.counts
    if wait is Wait.SEND_AGAIN:
        return _rest_is_ready(counts)
    if wait is Wait.TRY_AGAIN:
        if counts.set_aside:
            return _count(N_("Pages set aside after several attempts: %(n)s."), counts.set_aside)
        return gettext(N_("The book's files could not be made."))
    if wait is Wait.LOOK:
        return " ".join(
            _count(REASONS.get(reason, _OTHER_REASON), count)
            for reason, count in counts.doubts.items()
        )
    if wait is Wait.DESCRIBE:
        return gettext(N_("The book has only a title: link it to a record of the catalogue."))
    return gettext(N_("The book is ready, but may not be opened until the rights are decided."))


def _rest_is_ready(counts: BookCounts) -> str:
    rest = counts.pages - counts.unreadable - counts.unrecognised
    if counts.alive or rest <= 0:
        return ""
    return _count(N_("Other pages, ready: %(n)s."), rest)


def _count(text: str, count: int) -> str:
    return gettext(text) % {"n": figures.number(count, current_language())}


def _button(wait: Wait, work: str, person: SignedIn) -> Button | None:
    """The one button that mends it; None while the desk that does so is not there."""
    if wait is Wait.TRY_AGAIN:
        return Button(gettext(N_("Start again")), addresses.try_again(work), posts=True)
    label, desk, href = {
        Wait.SEND_AGAIN: (
            N_("Send these pages again"),
            "/desk/upload",
            addresses.with_query("/desk/upload", work=work),
        ),
        Wait.LOOK: (N_("Look at the pages"), "/desk/pages", f"/desk/pages/{work}"),
        Wait.DESCRIBE: (N_("Describe the book"), "/desk/catalogue", "/desk/catalogue"),
        Wait.DECIDE_RIGHTS: (
            N_("Record an agreement"),
            "/desk/agreements",
            addresses.with_query("/desk/agreements/new", work=work),
        ),
    }[wait]
    return Button(gettext(label), href) if desks.has_desk(person, desk) else None


def _pages_that_wait(book: BookOnBoard) -> int:
    counts = book.counts
    return (counts.unreadable + counts.unrecognised if _tells_troubles(book) else 0) + (
        counts.doubtful if Wait.LOOK in book.mine else 0
    )


def _tells_troubles(book: BookOnBoard) -> bool:
    return Wait.SEND_AGAIN in book.mine or Wait.TRY_AGAIN in book.mine


def _told_pages(book: BookOnBoard) -> tuple[ToldPage, ...]:
    """Each page that waits for this person, in the words of its reason."""
    reasons: list[Trouble | Doubt] = [*(book.troubles if _tells_troubles(book) else ())]
    reasons += book.doubts if Wait.LOOK in book.mine else ()
    return tuple(_told_page(each) for each in reasons)


def _told_page(each: Trouble | Doubt) -> ToldPage:
    explained = told(each.reason, written(each.values), gettext)
    return ToldPage(each.page, each.label, each.file, explained.fact, explained.advice)
