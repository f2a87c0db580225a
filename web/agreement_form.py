"""What was typed into the form of an agreement, kept as typed, and what it means.

A value that cannot be read is an error at its field; nothing typed is ever lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from werkzeug.datastructures import MultiDict

from archive.agreement_drafts import (
    CHOSEN_AUDIENCE,
    USES,
    AgreementDraft,
    PartyDraft,
    PartyKind,
    Territory,
    WorkDraft,
)
from archive.consents import PartKind
from archive.uses import Act, Level
from web.figures import short_date

SPARE_PARTIES = 2
MOST_PARTIES = 40
TEXTS = ("number", "signed_on", "begins", "until", "territory", "money", "currency", "note")
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_PAGES = re.compile(r"(\d{1,5})\s*[-–—]\s*(\d{1,5})")
_SHARE = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})|(\d{1,3}(?:[.,]\d{1,4})?)\s*%?")


@dataclass(frozen=True, slots=True)
class TypedParty:
    """A row of the parties."""

    name: str = ""
    kind: str = "author"
    part: str = "text"
    share: str = "1"
    contact: str = ""
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class TypedWork:
    """A work of the agreement, and its pages as ``5-16``."""

    work: str
    pages: str = ""


@dataclass(frozen=True, slots=True)
class AgreementForm:
    """Everything in the form, as it was typed."""

    texts: Mapping[str, str] = field(default_factory=dict)
    no_term: bool = False
    others_apart: bool = False
    parties: Sequence[TypedParty] = ()
    works: Sequence[TypedWork] = ()
    uses: frozenset[str] = frozenset()
    audiences: Mapping[str, str] = field(default_factory=dict)
    find: str = ""


def read_form(typed: MultiDict[str, str]) -> AgreementForm:
    """The form as it came."""
    rows = [f"party-{n}-" for n in range(MOST_PARTIES) if f"party-{n}-name" in typed]
    parties = [
        TypedParty(
            *(typed.get(row + name, "").strip()[:500] for name in TypedParty.__dataclass_fields__)
        )
        for row in rows
    ]
    return AgreementForm(
        texts={name: typed.get(name, "").strip() for name in TEXTS},
        no_term="no_term" in typed,
        others_apart="others_apart" in typed,
        parties=[party for party in parties if party.name],
        works=[
            TypedWork(work, typed.get(f"pages-{work}", "").strip())
            for work in dict.fromkeys(typed.getlist("work"))
        ],
        uses=frozenset(typed.getlist("use")),
        audiences={name: typed.get(f"audience-{name}", "everybody") for name in CHOSEN_AUDIENCE},
        find=typed.get("find", "").strip(),
    )


def form_of(draft: AgreementDraft) -> AgreementForm:
    """The form filled with a draft."""
    days = {name: getattr(draft, name) for name in ("signed_on", "begins", "until")}
    texts = {name: short_date(day) if day else "" for name, day in days.items()}
    plain = {name: getattr(draft, name) or "" for name in TEXTS if name not in days}
    levels = dict(sorted(draft.grants))
    chosen = {name for name, act in CHOSEN_AUDIENCE.items() if act in levels}
    return AgreementForm(
        texts=texts | plain,
        no_term=draft.no_term,
        others_apart=draft.others_apart,
        parties=[
            TypedParty(each.name, each.kind, each.part, str(each.share), each.contact,
                       each.stands_for)
            for each in draft.parties
        ],
        works=[
            TypedWork(each.work, f"{each.pages[0]}–{each.pages[1]}" if each.pages else "")
            for each in draft.works
        ],
        uses=frozenset(name for name, acts in USES.items() if acts <= draft.grants) | chosen,
        audiences={name: levels.get(act, Level.EVERYBODY) for name, act in CHOSEN_AUDIENCE.items()},
    )  # fmt: skip


@dataclass(slots=True)
class Reading:
    """Reads a form into a draft; `errors` are (field, reason)."""

    form: AgreementForm
    errors: list[tuple[str, str]] = field(default_factory=list)

    def draft(self) -> AgreementDraft:
        """The draft, as far as it can be read."""
        text, form = self.form.texts, self.form
        territory = text["territory"]
        if not text["number"]:
            self.errors.append(("number", "agreement-without-number"))
        return AgreementDraft(
            number=text["number"],
            signed_on=self._day("signed_on"),
            begins=self._day("begins"),
            until=None if form.no_term else self._day("until"),
            no_term=form.no_term,
            territory=Territory(territory) if territory in set(Territory) else None,
            others_apart=form.others_apart,
            money=text["money"],
            currency=text["currency"],
            note=text["note"],
            parties=tuple(self._party(n, each) for n, each in enumerate(form.parties)),
            works=tuple(WorkDraft(each.work, self._pages(each)) for each in form.works),
            grants=grants_of(form),
        )

    def _day(self, name: str) -> date | None:
        typed = self.form.texts[name]
        day = read_day(typed)
        if typed and day is None:
            self.errors.append((name, "date-not-read"))
        return day

    def _party(self, row: int, typed: TypedParty) -> PartyDraft:
        share = read_share(typed.share)
        if share is None:
            self.errors.append((f"party-{row}-share", "share-not-read"))
        return PartyDraft(
            typed.name,
            PartyKind(typed.kind) if typed.kind in set(PartyKind) else PartyKind.AUTHOR,
            PartKind(typed.part) if typed.part in set(PartKind) else PartKind.TEXT,
            share or Fraction(1),
            typed.contact,
            typed.stands_for,
        )

    def _pages(self, typed: TypedWork) -> tuple[int, int] | None:
        if not typed.pages:
            return None
        pages = read_pages(typed.pages)
        if pages is None:
            self.errors.append((f"pages-{typed.work}", "pages-not-read"))
        return pages


def grants_of(form: AgreementForm) -> frozenset[tuple[Act, Level]]:
    """The acts and audiences that the ticked uses mean."""
    grants = {each for name, acts in USES.items() if name in form.uses for each in acts}
    for name, act in CHOSEN_AUDIENCE.items():
        level = form.audiences.get(name, "")
        if name in form.uses and level in set(Level):
            grants.add((act, Level(level)))
    return frozenset(grants)


def read_day(typed: str) -> date | None:
    """A day as 23.11.2026 or 2026-11-23; None if it is neither."""
    written = _DAY.fullmatch(typed.strip())
    try:
        if written is None:
            return date.fromisoformat(typed.strip())
        return date(int(written[3]), int(written[2]), int(written[1]))
    except ValueError:
        return None


def read_share(typed: str) -> Fraction | None:
    """A share as 1/2, 50 % or 1, exactly; None if it is no share."""
    written = _SHARE.fullmatch(typed.strip() or "1")
    if written is None or (written[2] and not int(written[2])):
        return None
    if written[1]:
        share = Fraction(int(written[1]), int(written[2]))
    else:
        share = Fraction(written[3].replace(",", ".")) / (100 if "%" in typed else 1)
    return share if 0 < share <= 1 else None


def read_pages(typed: str) -> tuple[int, int] | None:
    """Pages as 5-16, or a single one; None if it is neither."""
    text = typed.strip()
    written = _PAGES.fullmatch(text)
    if written is None:
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
        return (number, number) if number else None
    first, last = int(written[1]), int(written[2])
    return (first, last) if 1 <= first <= last else None
