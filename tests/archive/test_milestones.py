"""From counts to the seven-step bar and to what people are to do: a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.duties import Duty, Role, has_duty
from archive.milestones import (
    DUTY_OF,
    Audience,
    BookCounts,
    Stage,
    StageState,
    Wait,
    milestones,
    stage_now,
    waits,
)

READY = BookCounts(pages=10, with_image=10, with_text=10, files=3, audience=Audience.EVERYBODY)
ARRIVED = BookCounts(pages=10, alive=10, audience=Audience.EVERYBODY)

# d done, u under way, x trouble, w waits for a person, - ahead; one letter a stage.
LETTERS = {
    StageState.DONE: "d",
    StageState.UNDER_WAY: "u",
    StageState.TROUBLE: "x",
    StageState.WAITING: "w",
    StageState.AHEAD: "-",
}

TABLE = {
    "no page yet": (BookCounts(pages=0), "----dd-", ()),
    "just arrived": (ARRIVED, "du--dd-", ()),
    "half checked": (replace(ARRIVED, with_image=5, with_text=2), "duu-dd-", ()),
    "half recognised": (replace(ARRIVED, with_image=10, with_text=5), "ddu-dd-", ()),
    "files being made": (
        replace(ARRIVED, with_image=10, with_text=10, alive=3, files_alive=3),
        "dddudd-",
        (),
    ),
    "open": (READY, "ddddddd", ()),
    "open in the library": (replace(READY, audience=Audience.PREMISES), "ddddddd", ()),
    "closed by a decision": (replace(READY, audience=Audience.NOBODY), "dddddd-", ()),
    "one page unreadable": (
        replace(READY, with_image=9, with_text=9, unreadable=1, refused=1),
        "dxddddd",
        (Wait.SEND_AGAIN,),
    ),
    "one page not recognised": (
        replace(READY, with_text=9, unrecognised=1, set_aside=1),
        "ddxdddd",
        (Wait.TRY_AGAIN,),
    ),
    "files not made": (replace(READY, files=2, files_set_aside=1), "dddxdd-", (Wait.TRY_AGAIN,)),
    "a blurred page": (
        replace(READY, doubtful=1, doubts={"blurred-page": 1}),
        "dwddddd",
        (Wait.LOOK,),
    ),
    "a page read poorly": (
        replace(READY, doubtful=1, doubts={"poor-text": 1}),
        "ddwdddd",
        (Wait.LOOK,),
    ),
    "a page in Kazakh read as Russian": (
        replace(READY, doubtful=1, doubts={"kazakh-misread": 1}),
        "ddwdddd",
        (Wait.LOOK,),
    ),
    "only a title": (replace(READY, described=False), "ddddwdd", (Wait.DESCRIBE,)),
    "ready without a basis": (
        replace(READY, has_basis=False, audience=Audience.NOBODY),
        "dddddw-",
        (Wait.DECIDE_RIGHTS,),
    ),
    "no basis, but not ready": (
        replace(ARRIVED, with_image=10, with_text=5, has_basis=False),
        "ddu-d--",
        (),
    ),
    "everything at once": (
        replace(
            READY, with_image=8, with_text=8, unreadable=2, refused=1, set_aside=1, doubtful=1,
            doubts={"cut-edge": 1}, described=False, has_basis=False, audience=Audience.NOBODY,
        ),
        "dxddww-",
        tuple(Wait),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_a_book_stands_where_its_counts_say(name: str) -> None:
    counts, bar, asked = TABLE[name]
    assert "".join(LETTERS[each.state] for each in milestones(counts)) == bar
    assert waits(counts) == asked


def test_the_bar_has_its_seven_stages_in_order() -> None:
    assert [each.stage for each in milestones(READY)] == list(Stage)


def test_what_is_under_way_says_how_much_of_it_is_done() -> None:
    _, _, recognition, *_ = milestones(replace(ARRIVED, with_image=10, with_text=4))
    assert recognition.share == 0.4


def test_a_book_stands_at_its_first_stage_that_is_not_done() -> None:
    assert stage_now(milestones(replace(READY, described=False))) is Stage.DESCRIPTION
    assert stage_now(milestones(READY)) is Stage.OPEN


@pytest.mark.parametrize("wait", Wait)
def test_somebody_in_the_library_can_mend_everything(wait: Wait) -> None:
    assert any(has_duty(role, DUTY_OF[wait]) for role in Role)
    assert not has_duty(Role.DIRECTOR, DUTY_OF[wait])


def test_rights_are_the_rights_officers_alone() -> None:
    who = {role for role in Role if has_duty(role, DUTY_OF[Wait.DECIDE_RIGHTS])}
    assert who == {Role.RIGHTS_OFFICER}
    assert DUTY_OF[Wait.LOOK] is Duty.CHECK_PAGES
