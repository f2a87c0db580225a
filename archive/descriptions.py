"""Do we have this work already, and if not, which rows describe it?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentName
from archive.branches import Branch, BranchAlias
from archive.events import EventType, record_event
from archive.handover import Description, checked, fold
from archive.representations import Representation, Scan
from archive.rights import STATEMENTS, Facts, Level
from archive.rights_units import RightsUnit, add_unit, change_unit, facts_of
from archive.rows import mint_name
from archive.works import (
    Collection,
    CollectionWork,
    Contribution,
    Item,
    Work,
    WorkIdentifier,
)
from storage.errors import Refused

FOLDER_SCHEME = "folder"


def find_work(
    session: Session, description: Description, folder: str, content_keys: Sequence[str]
) -> Work | None:
    """The work that was handed in with this description before.

    The same title, author, year and type are not enough (two clippings may share
    them): it must also come from the same folder or share a page's very bytes.
    """
    query = select(Work).where(
        Work.folded_title == fold(description.title),
        Work.year.is_(None) if description.year is None else Work.year == description.year,
        Work.type == description.type,
    )
    for work in session.scalars(query):
        if _authors(work) != {fold(name) for name in description.authors}:
            continue
        if _came_from(work, folder) or _shares_bytes(session, work, content_keys):
            return work
    return None


def _authors(work: Work) -> set[str]:
    """Every form of every author's name would be too wide: the form first given decides."""
    return {c.agent.forms[0].folded for c in work.contributions if c.role == "aut"}


def _came_from(work: Work, folder: str) -> bool:
    return any(i.scheme == FOLDER_SCHEME and i.value == folder for i in work.identifiers)


def _shares_bytes(session: Session, work: Work, content_keys: Sequence[str]) -> bool:
    query = (
        select(Scan.id)
        .join(Representation, Scan.representation_id == Representation.id)
        .join(Item, Representation.item_id == Item.id)
        .where(Item.work_id == work.id, Scan.content_key.in_(content_keys[:200]))
        .limit(1)
    )
    return session.scalars(query).first() is not None


def describe_work(
    session: Session,
    description: Description,
    *,
    folder: str,
    now: datetime,
    chance: random.Random,
    agent: str,
) -> Work:
    """Make a Work with its agents, copy, folders and rights unit.

    Raises:
        Refused: what `checked` refuses, or ``unknown-branch``.
    """
    checked(description)
    rights = description.rights or Facts()
    unit = add_unit(session, rights)
    work = Work(
        name=mint_name(chance),
        type=description.type,
        title=description.title,
        subtitle=description.subtitle,
        source_title=description.source_title,
        language=description.language,
        year=description.year,
        issued=description.issued,
        folded_title=fold(description.title),
        unit_id=unit.id,
        created_at=now,
        identifiers=[WorkIdentifier(scheme=FOLDER_SCHEME, value=folder)],
    )
    session.add(work)
    session.flush()
    branch = find_branch(session, description.branch) if description.branch else None
    session.add(Item(work_id=work.id, branch_id=branch.id if branch else None))
    for position, name in enumerate(description.authors):
        agent_row = agent_named(session, name, chance)
        session.add(Contribution(work_id=work.id, agent_id=agent_row.id, position=position))
    for title in description.collections:
        _put_in_collection(session, work, title, branch, chance)
    session.flush()
    session.refresh(work)
    record_event(session, EventType.POLICY_ASSIGNMENT, unit, at=now, agent=agent,
                 detail=_told(rights))  # fmt: skip
    return work


def change_rights(session: Session, work: Work, facts: Facts, *, now: datetime, agent: str) -> None:
    """Give a work other rights facts, and remember that somebody did."""
    unit = session.get_one(RightsUnit, work.unit_id)
    if facts_of(unit, None) == facts:
        return
    if facts.statement is not None and facts.statement not in STATEMENTS:
        raise Refused("unknown-statement", value=facts.statement)
    change_unit(session, unit, facts)
    work.changed_at = now  # whoever harvests descriptions is told the statement anew
    record_event(session, EventType.POLICY_ASSIGNMENT, unit, at=now, agent=agent,
                 detail=_told(facts))  # fmt: skip


def find_branch(session: Session, written: str) -> Branch:
    """The branch that is meant, by its code or any alias.

    Raises:
        Refused: ``unknown-branch`` with what was written.
    """
    text = written.strip()
    branch = session.scalars(select(Branch).where(Branch.code == text)).first()
    alias = session.get(BranchAlias, text) if branch is None else None
    if alias is not None:
        branch = session.get_one(Branch, alias.branch_id)
    if branch is None:
        raise Refused("unknown-branch", value=written)
    return branch


def agent_named(session: Session, name: str, chance: random.Random) -> Agent:
    """The Agent with this form of name, made if there is none."""
    found = session.scalars(
        select(Agent).join(AgentName).where(AgentName.folded == fold(name)).limit(1)
    ).first()
    if found is None:
        form = AgentName(form=name, folded=fold(name), preferred=True)
        found = Agent(name=mint_name(chance), forms=[form])
        session.add(found)
        session.flush()
    return found


def _put_in_collection(
    session: Session, work: Work, title: str, branch: Branch | None, chance: random.Random
) -> None:
    found = session.scalars(select(Collection).where(Collection.title_kk == title)).first()
    if found is None:
        found = Collection(name=mint_name(chance), title_kk=title, branch=branch)
        session.add(found)
        session.flush()
    session.add(CollectionWork(collection_id=found.id, work_id=work.id))


def _told(facts: Facts) -> dict[str, str | None]:
    return {
        "statement": facts.statement,
        "level": Level(facts.level).value,
        "until": facts.until.isoformat() if facts.until else None,
    }
