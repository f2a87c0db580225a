"""Which Agent does a heading mean? By its authority number, or by its very form.

Two people share a form: years that differ are another person. A heading without
years, or an Agent without them, contradicts nobody.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentName
from archive.catalogue_entries import AgentIdentifier
from archive.catalogue_values import Heading
from archive.handover import fold
from archive.rows import mint_name


class Authorities:
    """The Agents that the headings of some records may mean, looked up all at once."""

    def __init__(
        self, session: Session, source: str, headings: Iterable[Heading], chance: random.Random
    ) -> None:
        self._session = session
        self._source = source
        self._chance = chance
        wanted = list(headings)
        self._by_form = _by_form(session, {fold(each.name) for each in wanted})
        numbers = {each.authority for each in wanted if each.authority}
        self._by_number = _by_number(session, source, numbers)
        for heading in wanted:
            self.agent(heading)
        session.flush()  # all new ones at once: their numbers are needed

    def agent(self, heading: Heading) -> Agent:
        """The Agent, made if there is none; it learns years, forms and its number."""
        found = self._by_number.get(heading.authority) if heading.authority else None
        if found is None:
            alike = self._by_form.setdefault(fold(heading.name), [])
            found = next((each for each in alike if agrees(each, heading)), None)
        if found is None:
            found = self._made(heading)
            self._by_form[fold(heading.name)].append(found)
        self._learn(found, heading)
        return found

    def _made(self, heading: Heading) -> Agent:
        form = AgentName(form=heading.name, folded=fold(heading.name), preferred=True)
        agent = Agent(name=mint_name(self._chance), kind=heading.kind, forms=[form])
        self._session.add(agent)
        return agent

    def _learn(self, agent: Agent, heading: Heading) -> None:
        agent.birth_year = agent.birth_year or heading.birth_year
        agent.death_year = agent.death_year or heading.death_year
        known = {form.form for form in agent.forms}
        for form in (heading.name, *heading.variants):
            if form not in known:
                agent.forms.append(AgentName(form=form, folded=fold(form)))
        if heading.authority and heading.authority not in self._by_number:
            self._by_number[heading.authority] = agent
            self._session.add(
                AgentIdentifier(agent=agent, scheme=self._source, value=heading.authority)
            )


def agrees(agent: Agent, heading: Heading) -> bool:
    """Whether nothing that is known of the two contradicts."""
    pairs = (
        (agent.birth_year, heading.birth_year),
        (agent.death_year, heading.death_year),
    )
    return agent.kind == heading.kind and all(
        ours is None or theirs is None or ours == theirs for ours, theirs in pairs
    )


def _by_form(session: Session, folded: set[str]) -> dict[str, list[Agent]]:
    found: dict[str, list[Agent]] = {form: [] for form in folded}
    query = (
        select(AgentName.folded, Agent)
        .join(Agent, AgentName.agent_id == Agent.id)
        .where(AgentName.folded.in_(folded))
        .order_by(Agent.id)
    )
    for form, agent in session.execute(query):
        if agent not in found[form]:
            found[form].append(agent)
    return found


def _by_number(session: Session, source: str, numbers: set[str]) -> dict[str, Agent]:
    query = (
        select(AgentIdentifier.value, Agent)
        .join(Agent, AgentIdentifier.agent_id == Agent.id)
        .where(AgentIdentifier.scheme == source, AgentIdentifier.value.in_(numbers))
    )
    return dict(session.execute(query).all())


def credited(agents: Sequence[tuple[Agent, str]]) -> list[list[int | str]]:
    """Agents and roles as an entry keeps them."""
    return [[agent.id, role] for agent, role in agents]
