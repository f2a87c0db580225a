"""The library's own branches, as rows that can grow and be renamed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.branches import Branch, BranchAddressRange, BranchAlias
from archive.handover import BranchDescription


def register_branches(session: Session, described: Sequence[BranchDescription]) -> None:
    """Make the rows say what the file says; branches the file does not name are left."""
    for each in described:
        branch = session.scalars(select(Branch).where(Branch.code == each.code)).first()
        if branch is None:
            branch = Branch(code=each.code)
            session.add(branch)
        branch.label_kk, branch.label_ru, branch.label_en = (
            each.label_kk,
            each.label_ru,
            each.label_en,
        )
        session.flush()
        known = {alias.alias for alias in branch.aliases}
        branch.aliases += [BranchAlias(alias=a) for a in each.aliases if a not in known]
        inside = {place.network for place in branch.address_ranges}
        branch.address_ranges += [
            BranchAddressRange(network=network)
            for network in each.networks
            if network not in inside
        ]


def branches(session: Session) -> Sequence[Branch]:
    """Every branch, by its code."""
    return session.scalars(select(Branch).order_by(Branch.code)).all()


def address_ranges(session: Session) -> Sequence[str]:
    """The networks (CIDR) inside the branches' buildings."""
    return session.scalars(select(BranchAddressRange.network)).all()
