"""Who made it: persons and organisations with every form of their names.

An Agent is an authority record (MARC 21 authority 100/110 with 400/410 as
variants). One person stands in the sources as Игенбеков and Игембеков; both
forms lead to one Agent.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.rows import Row


class AgentKind(StrEnum):
    """MARC 21 tells persons (100) from corporate bodies (110)."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Agent(Row):
    """A person or an organisation; years are of birth and death."""

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default=AgentKind.PERSON)
    birth_year: Mapped[int | None]
    death_year: Mapped[int | None]
    forms: Mapped[list[AgentName]] = relationship(
        order_by="AgentName.id", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def preferred_form(self) -> str:
        """The form shown first: the authorised heading."""
        return next((f.form for f in self.forms if f.preferred), self.forms[0].form)


class AgentName(Row):
    """One form of an Agent's name; `folded` is what two spellings share in a look-up."""

    __tablename__ = "agent_names"
    __table_args__ = (UniqueConstraint("agent_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    form: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    preferred: Mapped[bool] = mapped_column(default=False)
