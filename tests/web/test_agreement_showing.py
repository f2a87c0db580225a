"""Does the desk of agreements say truly how it stands with a part of a book? In Kazakh."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from archive.agreement_lists import CoveredPart
from archive.consents import Consent, Part, PartKind
from web.agreement_showing import _part_row
from web.page_tiles import written
from web.pages.agreements import PartRow

TODAY = date(2026, 11, 23)
HALF = Consent(holder=1, agreement=1, share=Fraction(1, 2))


def row(part: Part, *, clear: bool = False, agreed: bool = False) -> PartRow:
    return _part_row(CoveredPart(part, 1, None, clear=clear, agreed=agreed), TODAY)


def test_shares_that_are_in_force_are_part_of_the_shares() -> None:
    assert row(Part(PartKind.TEXT, consents=(HALF,)), agreed=True).why == (
        "Үлестердің бір бөлігі ғана келіскен"
    )


def test_shares_of_an_agreement_that_ended_are_no_consent() -> None:
    assert row(Part(PartKind.TEXT, consents=(HALF,))).why == "Келісім жоқ"


def test_a_term_that_is_over_is_told_as_over() -> None:
    assert row(Part(PartKind.TEXT, date(2008, 12, 31)), clear=True).is_free
    assert not row(Part(PartKind.TEXT, date(2048, 12, 31))).is_free


def test_one_page_and_several() -> None:
    assert row(Part(PartKind.ILLUSTRATIONS, pages=(41, 41))).span == "41-бет"
    assert row(Part(PartKind.ILLUSTRATIONS, pages=(5, 16))).span == "5–16-беттер"


def test_a_fraction_is_written_as_people_read_it() -> None:
    assert written({"degrees": -2.6, "page": "12"}) == {"degrees": "2,6", "page": "12"}
