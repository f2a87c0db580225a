"""The library's own branches, as rows that can grow and be renamed; whose book is whose."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from archive.branches import Branch, BranchAddressRange, BranchAlias
from archive.handover import BranchDescription
from archive.representations import Page
from archive.works import Item, Work
from storage.errors import Refused


def register_branches(session: Session, described: Sequence[BranchDescription]) -> None:
    """Make the rows say what the file says; branches the file does not name are left.

    Every command asks for this, so rows that say it already are read at once and left alone.
    """
    with_all = selectinload(Branch.aliases), selectinload(Branch.address_ranges)
    by_code = {each.code: each for each in session.scalars(select(Branch).options(*with_all))}
    for each in described:
        if each.code not in by_code:
            by_code[each.code] = Branch(code=each.code)
            session.add(by_code[each.code])
        _describe(by_code[each.code], each)
    session.flush()


def _describe(branch: Branch, told: BranchDescription) -> None:
    branch.label_kk, branch.label_ru, branch.label_en = told.label_kk, told.label_ru, told.label_en
    known = {alias.alias for alias in branch.aliases}
    branch.aliases += [BranchAlias(alias=alias) for alias in told.aliases if alias not in known]
    inside = {place.network for place in branch.address_ranges}
    branch.address_ranges += [
        BranchAddressRange(network=network) for network in told.networks if network not in inside
    ]


def branches(session: Session) -> Sequence[Branch]:
    """Every branch, by its code."""
    return session.scalars(select(Branch).order_by(Branch.code)).all()


def address_ranges(session: Session) -> Sequence[str]:
    """The networks (CIDR) inside the branches' buildings."""
    return session.scalars(select(BranchAddressRange.network)).all()


def branch_called(session: Session, code: str) -> Branch:
    """The branch of this code or alias.

    Raises:
        Refused: ``unknown-branch``.
    """
    alias = select(BranchAlias.branch_id).where(BranchAlias.alias == code)
    query = select(Branch).where((Branch.code == code) | Branch.id.in_(alias))
    found = session.scalars(query).first()
    if found is None:
        raise Refused("unknown-branch", value=code)
    return found


def all_branches(session: Session) -> Sequence[Branch]:
    """Every branch, the order being that of the library's file."""
    return session.scalars(select(Branch).order_by(Branch.id)).all()


def work_called(session: Session, name: str) -> Work:
    """The work with this public name.

    Raises:
        Refused: ``not-found`` with the name.
    """
    found = session.scalars(select(Work).where(Work.name == name)).first()
    if found is None:
        raise Refused("not-found", name=name)
    return found


def page_called(session: Session, name: str) -> Page:
    """The page with this public name.

    Raises:
        Refused: ``not-found`` with the name.
    """
    found = session.scalars(select(Page).where(Page.name == name)).first()
    if found is None:
        raise Refused("not-found", name=name)
    return found


def branch_of_work(session: Session, work_id: int) -> int | None:
    """The branch that holds the copy of a work."""
    query = select(Item.branch_id).where(Item.work_id == work_id).order_by(Item.id)
    return session.scalars(query).first()
