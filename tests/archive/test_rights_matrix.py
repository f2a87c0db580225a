"""Does `decide` say what the hand-written table says, and keep its properties with agreements?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.consents import Consent, Granted, Part, PartKind, Terms
from archive.protection import Contributor, TermReason, end_of_term, protection_of
from archive.rights import Allow, Facts, Refuse, Restriction, Rule, decide, judge
from archive.uses import ANYBODY, READER, VISITOR, Act, Level, Requester

TODAY = date(2026, 11, 23)
TABLE = Path(__file__).parent.parent / "data" / "rights_matrix.csv"
WHO = {"anybody": ANYBODY, "reader": READER, "visitor": VISITOR}
AGREEMENT = 7


def cases() -> list[dict[str, str]]:
    lines = [
        line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    names = lines[0].split(";")
    return [dict(zip(names, line.split(";"), strict=True)) for line in lines[1:]]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def part_of(text: str) -> Part:
    kind, *told = text.split()
    part = Part(PartKind(kind))
    for holder, word in enumerate(told):
        part = {
            "free": replace(part, protected_until=date(2025, 12, 31)),
            "protected": replace(part, protected_until=date(2055, 12, 31)),
            "ours": replace(part, ours=True),
            "left-out": replace(part, left_out=True),
        }.get(word) or replace(
            part, consents=(*part.consents, Consent(holder, AGREEMENT, Fraction(word)))
        )
    return part


def facts_of(case: dict[str, str]) -> Facts:
    code = case["statement"]
    grants: tuple[Granted, ...] = ()
    if case["agreed act"]:
        begins = day(case["begins"])
        assert begins is not None
        grants = (
            Granted(AGREEMENT, Act(case["agreed act"]), Level(case["agreed audience"]), begins,
                    day(case["until"]), case["suspended"] == "yes"),
        )  # fmt: skip
    parts = tuple(part_of(each.strip()) for each in case["parts"].split(",") if each.strip())
    statement = f"http://rightsstatements.org/vocab/{code}/1.0/" if code else None
    return Facts(statement, Level(case["level"]), terms=Terms(grants, parts))


def told(decision: object) -> str:
    if isinstance(decision, Refuse):
        return f"{decision.reason} {decision.until}" if decision.until else decision.reason
    return "yes" if decision == Allow() else "?"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_table(case: dict[str, str]) -> None:
    decision = decide(facts_of(case), WHO[case["who"]], Act(case["asked act"]), TODAY)
    assert told(decision) == case["expected"]


# --- properties ------------------------------------------------------------------

dates = st.dates(date(2020, 1, 1), date(2033, 12, 31))
acts = st.sampled_from(Act)
requesters = st.builds(Requester, st.booleans(), st.booleans())
numbers = st.integers(1, 3)
shares = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)])
grants = st.builds(
    Granted, numbers, acts, st.sampled_from(Level), dates, st.none() | dates, st.booleans()
)
parts = st.builds(
    Part,
    st.sampled_from(PartKind),
    st.none() | dates,
    st.lists(st.builds(Consent, numbers, numbers, shares), max_size=4).map(tuple),
    st.booleans(),
    st.booleans(),
)
terms = st.builds(
    Terms, st.lists(grants, max_size=5).map(tuple), st.lists(parts, max_size=3).map(tuple)
)
statements = st.sampled_from([None, "http://rightsstatements.org/vocab/InC/1.0/"])
facts = st.builds(
    Facts, statements, st.sampled_from(Level), st.none() | dates, st.none(), st.booleans(), terms
)


def opens(facts: Facts, who: Requester, act: Act, at: date) -> bool:
    return isinstance(decide(facts, who, act, at), Allow)


@given(facts, requesters, acts, dates)
def test_a_restriction_or_a_take_down_never_opens(
    facts: Facts, who: Requester, act: Act, at: date
) -> None:
    for closed in (replace(facts, restriction=Restriction()), replace(facts, taken_down=True)):
        assert not opens(closed, who, act, at) or opens(facts, who, act, at)


@given(facts, requesters, acts, dates)
def test_suspending_never_opens(facts: Facts, who: Requester, act: Act, at: date) -> None:
    stopped = tuple(replace(each, suspended=True) for each in facts.terms.grants)
    suspended = replace(facts, terms=replace(facts.terms, grants=stopped))
    assert not opens(suspended, who, act, at) or opens(facts, who, act, at)


@given(facts, parts, requesters, acts, dates)
def test_one_more_part_never_opens_by_agreement(
    facts: Facts, part: Part, who: Requester, act: Act, at: date
) -> None:
    more = replace(facts, terms=replace(facts.terms, parts=(*facts.terms.parts, part)))
    if facts.terms.parts:
        assert not opens(more, who, act, at) or opens(facts, who, act, at)


@given(facts, requesters, acts, dates, st.integers(0, 4000))
def test_a_later_end_never_closes_earlier(
    facts: Facts, who: Requester, act: Act, at: date, days: int
) -> None:
    running = replace(
        facts,
        terms=replace(
            facts.terms, grants=tuple(replace(g, suspended=False) for g in facts.terms.grants)
        ),
    )
    later = tuple(
        replace(each, until=each.until + timedelta(days=days)) if each.until else each
        for each in running.terms.grants
    )
    extended = replace(running, terms=replace(running.terms, grants=later))
    assert not opens(running, who, act, at) or opens(extended, who, act, at)


@given(facts, requesters, acts, dates, st.randoms(use_true_random=False))
def test_the_order_of_grants_and_parts_does_not_matter(
    facts: Facts, who: Requester, act: Act, at: date, chance: object
) -> None:
    mixed_grants, mixed_parts = list(facts.terms.grants), list(facts.terms.parts)
    chance.shuffle(mixed_grants)  # type: ignore[attr-defined]
    chance.shuffle(mixed_parts)  # type: ignore[attr-defined]
    mixed = replace(facts, terms=Terms(tuple(mixed_grants), tuple(mixed_parts)))
    assert decide(mixed, who, act, at) == decide(facts, who, act, at)


@given(facts, requesters, acts, dates)
def test_who_is_told_not_yet_is_let_in_on_that_day(
    facts: Facts, who: Requester, act: Act, at: date
) -> None:
    decision = decide(facts, who, act, at)
    if isinstance(decision, Refuse) and decision.reason == "not-yet":
        assert decision.until is not None
        assert decision.until > at
        assert facts.terms.covers(act, who, decision.until)


def test_an_officer_is_told_which_agreements_opened_it() -> None:
    grant = Granted(AGREEMENT, Act.VIEW, Level.EVERYBODY, TODAY)
    part = Part(PartKind.TEXT, consents=(Consent(1, AGREEMENT, Fraction(1)),))
    judged = judge(Facts(terms=Terms((grant,), (part,))), ANYBODY, Act.VIEW, TODAY)
    assert (judged.rule, judged.agreements) == (Rule.AGREEMENTS, frozenset({AGREEMENT}))


def test_one_holder_in_two_agreements_is_counted_once() -> None:
    grants = tuple(Granted(n, Act.VIEW, Level.EVERYBODY, TODAY) for n in (1, 2))
    half = tuple(Consent(1, n, Fraction(1, 2)) for n in (1, 2))
    terms = Terms(grants, (Part(PartKind.TEXT, consents=half),))
    assert not terms.covers(Act.VIEW, ANYBODY, TODAY)


class TestTheTerm:
    def test_seventy_years_to_the_end_of_the_year(self) -> None:
        found = protection_of([Contributor(death_year=1904)], 1950)
        assert found is not None
        assert (found.until, found.reason, found.year) == (
            date(1974, 12, 31), TermReason.DEATH, 1904,
        )  # fmt: skip

    def test_the_last_co_author_to_die_counts(self) -> None:
        found = protection_of([Contributor(death_year=1904), Contributor(death_year=1960)], None)
        assert found is not None
        assert found.until == date(2030, 12, 31)

    def test_one_whose_death_is_unknown_leaves_it_open(self) -> None:
        assert protection_of([Contributor(death_year=1904), Contributor()], 1900) is None

    def test_an_organisations_work_counts_from_publication(self) -> None:
        found = protection_of([Contributor(is_organisation=True)], 1950)
        assert found is not None
        assert (found.until, found.reason) == (date(2020, 12, 31), TermReason.PUBLICATION)

    def test_without_a_contributor_nothing_is_computed(self) -> None:
        assert protection_of([], 1900) is None

    def test_the_last_protected_day_is_protected(self) -> None:
        part = Part(PartKind.TEXT, end_of_term(1955))
        assert not part.is_free(date(2025, 12, 31))
        assert part.is_free(date(2026, 1, 1))
