"""Does it ever do harm to be somebody? The portal's short cut for open doors rests on this."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archive.rights import Act, Allow, Facts, Level, Requester, decide

TODAY = date(2026, 11, 27)
DAYS = st.one_of(st.none(), st.integers(-3, 3).map(lambda n: TODAY + timedelta(n)))
STATEMENTS = st.sampled_from(
    [
        None,
        "http://rightsstatements.org/vocab/UND/1.0/",
        "http://rightsstatements.org/vocab/InC/1.0/",
        "http://creativecommons.org/publicdomain/mark/1.0/",
    ]
)


@given(
    statement=STATEMENTS,
    level=st.sampled_from(Level),
    until=DAYS,
    act=st.sampled_from(Act),
    on_premises=st.booleans(),
    registered=st.booleans(),
)
def test_what_anybody_may_do_everybody_may_do(
    *,
    statement: str | None,
    level: Level,
    until: date | None,
    act: Act,
    on_premises: bool,
    registered: bool,
) -> None:
    facts = Facts(statement, level, until)
    if isinstance(decide(facts, Requester(), act, TODAY), Allow):
        somebody = Requester(on_premises, registered)
        assert isinstance(decide(facts, somebody, act, TODAY), Allow)
