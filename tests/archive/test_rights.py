"""Does `decide` say what the rules say, for every act, level, place, day and restriction?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rights import (
    PUBLIC_DOMAIN_MARK,
    STATEMENTS,
    Act,
    Allow,
    Decision,
    Facts,
    Level,
    Reason,
    Refuse,
    Requester,
    Restriction,
    decide,
    gives_basis,
    is_running,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
OUTSIDE, INSIDE = Requester(), Requester(on_premises=True)

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"
UNDETERMINED = "http://rightsstatements.org/vocab/UND/1.0/"

ACTS_ON_PAGES = [act for act in Act if act is not Act.DISCOVER]

dates = st.dates(date(1900, 1, 1), date(2199, 12, 31))
statements = st.none() | st.sampled_from(sorted(STATEMENTS))
restrictions = st.none() | st.builds(Restriction, st.none() | dates)
all_facts = st.builds(Facts, statements, st.sampled_from(Level), st.none() | dates, restrictions)
requesters = st.builds(Requester, st.booleans())
acts = st.sampled_from(Act)


# The rules once more, as a table of every case: statement, end, level, place -> verdict.
STATEMENT_CASES = {IN_COPYRIGHT: True, PUBLIC_DOMAIN_MARK: True, None: False, NOT_EVALUATED: False}
END_CASES = {None: True, TODAY + DAY: True, TODAY: True, TODAY - DAY: False}
PLACES: Mapping[tuple[Level, Requester], Decision] = {
    (Level.EVERYBODY, OUTSIDE): Allow(),
    (Level.EVERYBODY, INSIDE): Allow(),
    (Level.PREMISES, OUTSIDE): Refuse(Reason.PREMISES_ONLY, on_premises=True),
    (Level.PREMISES, INSIDE): Allow(),
    (Level.NOBODY, OUTSIDE): Refuse(Reason.NOBODY),
    (Level.NOBODY, INSIDE): Refuse(Reason.NOBODY),
}


def expected(statement: str | None, until: date | None, place: Decision) -> Decision:
    if not STATEMENT_CASES[statement]:
        return Refuse(Reason.NO_BASIS)
    if not END_CASES[until]:
        return Refuse(Reason.ENDED, until=until)
    return place


@pytest.mark.parametrize("act", ACTS_ON_PAGES)
def test_every_case_of_the_table(act: Act) -> None:
    for statement, until, (place, verdict) in product(STATEMENT_CASES, END_CASES, PLACES.items()):
        level, requester = place
        facts = Facts(statement, level, until)
        told = decide(facts, requester, act, TODAY)
        assert told == expected(statement, until, verdict), (facts, requester)


@pytest.mark.parametrize("act", ACTS_ON_PAGES)
@pytest.mark.parametrize("until", [None, TODAY, TODAY + DAY])
def test_a_restriction_of_the_page_comes_before_everything(act: Act, until: date | None) -> None:
    for statement, end, (level, requester) in product(STATEMENT_CASES, END_CASES, PLACES):
        facts = Facts(statement, level, end, Restriction(until))
        assert decide(facts, requester, act, TODAY) == Refuse(Reason.WITHHELD, until=until)


@pytest.mark.parametrize("act", ACTS_ON_PAGES)
def test_a_restriction_that_has_ended_changes_nothing(act: Act) -> None:
    over = Restriction(TODAY - DAY)
    for statement, end, (level, requester) in product(STATEMENT_CASES, END_CASES, PLACES):
        facts = Facts(statement, level, end)
        restricted = replace(facts, restriction=over)
        assert decide(restricted, requester, act, TODAY) == decide(facts, requester, act, TODAY)


def test_a_work_of_which_nothing_is_known_is_found_and_not_shown() -> None:
    assert decide(Facts(), OUTSIDE, Act.DISCOVER, TODAY) == Allow()
    for act in ACTS_ON_PAGES:
        assert decide(Facts(), INSIDE, act, TODAY) == Refuse(Reason.NO_BASIS)


@pytest.mark.parametrize("statement", [None, NOT_EVALUATED, UNDETERMINED])
def test_unjudged_rights_are_no_basis(statement: str | None) -> None:
    assert not gives_basis(statement)


def test_every_other_statement_is_a_basis() -> None:
    judged = STATEMENTS - {NOT_EVALUATED, UNDETERMINED}
    assert judged
    assert all(gives_basis(statement) for statement in judged)


@given(all_facts, requesters, dates)
def test_anything_may_be_discovered(facts: Facts, requester: Requester, at: date) -> None:
    assert decide(facts, requester, Act.DISCOVER, at) == Allow()


@given(all_facts, acts, dates)
def test_the_premises_never_close_what_is_open_outside(facts: Facts, act: Act, at: date) -> None:
    if decide(facts, OUTSIDE, act, at) == Allow():
        assert decide(facts, INSIDE, act, at) == Allow()


@given(all_facts, acts, dates)
def test_the_premises_help_exactly_where_it_is_said(facts: Facts, act: Act, at: date) -> None:
    outside = decide(facts, OUTSIDE, act, at)
    helps = isinstance(outside, Refuse) and outside.on_premises
    changes = outside != decide(facts, INSIDE, act, at)
    assert helps == changes


@given(all_facts, requesters, acts, restrictions, dates)
def test_a_restriction_never_opens(
    facts: Facts, requester: Requester, act: Act, restriction: Restriction | None, at: date
) -> None:
    free = decide(replace(facts, restriction=None), requester, act, at)
    restricted = decide(replace(facts, restriction=restriction), requester, act, at)
    assert restricted == free or isinstance(restricted, Refuse)


@given(all_facts, requesters, acts, dates, dates)
def test_a_grant_closes_once_and_for_good(
    facts: Facts, requester: Requester, act: Act, one: date, other: date
) -> None:
    """Without a restriction that ends, no later day opens what an earlier one refused."""
    facts = replace(facts, restriction=None)
    earlier, later = sorted((one, other))
    if isinstance(decide(facts, requester, act, earlier), Refuse):
        assert isinstance(decide(facts, requester, act, later), Refuse)


@given(all_facts, requesters, acts, dates)
def test_what_is_refused_says_until_when_only_if_it_is_so(
    facts: Facts, requester: Requester, act: Act, at: date
) -> None:
    verdict = decide(facts, requester, act, at)
    if not isinstance(verdict, Refuse) or verdict.until is None:
        return
    if verdict.reason is Reason.WITHHELD:
        assert verdict.until >= at
    else:
        assert (verdict.reason, verdict.until < at) == (Reason.ENDED, True)


@given(dates)
def test_a_restriction_holds_through_its_last_day(last: date) -> None:
    assert is_running(Restriction(last), last)
    assert not is_running(Restriction(last), last + DAY)
    assert is_running(Restriction(), last)
