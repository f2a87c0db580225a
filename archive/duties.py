"""Who may do what behind the desks? Roles are given to people, duties to roles. Pure.

The library has no rights officer and no scan operator by name (its report knows departments);
so every role can be given to any person of any branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What an account is in the library; a visitor without an account has none."""

    READER = "reader"
    OPERATOR = "operator"
    CATALOGUER = "cataloguer"
    RIGHTS_OFFICER = "rights-officer"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"


class Duty(StrEnum):
    """What somebody does at a desk."""

    UPLOAD = "upload"
    CHECK_PAGES = "check-pages"
    CATALOGUE = "catalogue"
    KEEP_AGREEMENTS = "keep-agreements"
    SEE_WORK = "see-work"  # the board of jobs, and the history of works and pages
    SEE_FIGURES = "see-figures"
    KEEP_ACCOUNTS = "keep-accounts"


DUTIES: Mapping[Role, frozenset[Duty]] = MappingProxyType(
    {
        Role.READER: frozenset(),
        Role.OPERATOR: frozenset({Duty.UPLOAD, Duty.CHECK_PAGES, Duty.SEE_WORK}),
        Role.CATALOGUER: frozenset(
            {Duty.UPLOAD, Duty.CHECK_PAGES, Duty.CATALOGUE, Duty.SEE_WORK}
        ),
        Role.RIGHTS_OFFICER: frozenset({Duty.KEEP_AGREEMENTS, Duty.SEE_WORK}),
        Role.DIRECTOR: frozenset({Duty.SEE_FIGURES, Duty.SEE_WORK}),
        Role.ADMINISTRATOR: frozenset(
            {Duty.UPLOAD, Duty.CHECK_PAGES, Duty.CATALOGUE, Duty.SEE_WORK, Duty.SEE_FIGURES,
             Duty.KEEP_ACCOUNTS}
        ),
    }
)  # fmt: skip

OWN_BRANCH_ONLY = frozenset({Role.OPERATOR})
"""These see and touch the books of their own branch alone."""


def has_duty(role: Role, duty: Duty) -> bool:
    """Whether this role does this."""
    return duty in DUTIES[role]


def may_touch(role: Role, own_branch: int | None, branch: int | None) -> bool:
    """Whether somebody of `own_branch` may work on a book that `branch` holds (ids)."""
    return role not in OWN_BRANCH_ONLY or (own_branch is not None and own_branch == branch)
