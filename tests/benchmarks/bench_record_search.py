"""How long does the desk look for a catalogue record, beside one look at every title?

    python -m tests.benchmarks.bench_record_search

65,000 works, as many as the library's catalogue holds; every second one has an author.
The reference is SQLite's own LIKE over the column of titles.
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from archive.agents import Agent, AgentName
from archive.handover import fold
from archive.migrations import upgrade
from archive.record_search import find_works
from archive.rights import Facts
from archive.rights_units import add_unit
from archive.rows import mint_name
from archive.works import Contribution, Work, WorkIdentifier
from schemas.search_document import SEARCH_SCHEMA
from storage.opening import open_storage
from tests.benchmarks.bench_search import timed
from tests.sample_home import settings_for

WORKS, REPEATS = 65_000, 20
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = "көмір дала тау өзен қала ауыл жол бала ана әке күн ай жұлдыз су от жер кітап сөз".split()
QUESTIONS = ("көмір дала", "иванов көмір 1950", "45000", "жоқ сөз мұнда")


def main() -> None:
    """Fill a catalogue, ask, and print."""
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(settings_for(Path(folder) / "var"), SEARCH_SCHEMA)
        upgrade(storage.rows)
        with storage.rows.writing() as session:
            fill(session, random.Random(20261123))
        with storage.rows.reading() as session:
            bare = timed(partial(every_title, session), REPEATS)
            print(f"LIKE over {WORKS} titles: {bare}")
            for text in QUESTIONS:
                asked = timed(partial(find_works, session, text, limit=20), REPEATS)
                print(f"{text}: {asked}   p50 / LIKE = {asked.p50 / bare.p50:.2f}")
        storage.close()


def every_title(session: Session) -> int:
    """The reference."""
    like = Work.folded_title.contains("көмір дала")
    return session.scalars(select(func.count()).select_from(Work).where(like)).one()


def fill(session: Session, chance: random.Random) -> None:
    """Works with titles of five words, numbers and authors."""
    agent = Agent(name=mint_name(chance), kind="person")
    agent.forms.append(AgentName(form="Иванов, И.", folded=fold("Иванов, И."), preferred=True))
    session.add(agent)
    unit = add_unit(session, Facts())
    rows = [_row(number, unit.id, chance) for number in range(1, WORKS + 1)]
    session.execute(insert(Work), rows)
    session.execute(insert(Contribution), [
        {"work_id": row["id"], "agent_id": agent.id, "role": "aut", "position": 0}
        for row in rows[::2]
    ])  # fmt: skip
    session.execute(insert(WorkIdentifier), [
        {"work_id": row["id"], "scheme": "rabis", "value": str(row["id"])} for row in rows
    ])  # fmt: skip


def _row(number: int, unit: int, chance: random.Random) -> dict[str, object]:
    title = " ".join(chance.choices(WORDS, k=5))
    return {
        "id": number,
        "name": mint_name(chance),
        "type": "book",
        "title": title,
        "language": "kk",
        "year": 1900 + number % 120,
        "folded_title": fold(title),
        "unit_id": unit,
        "created_at": NOW,
    }


if __name__ == "__main__":
    main()
