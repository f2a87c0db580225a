"""What every noun's table shares: the mapping's base, instants and minted names."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

# No 0/o, 1/i/l, and no vowels, so that a name can be read from a poster over the
# telephone and never spells a word.
NAME_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
NAME_LENGTH = 8


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC and always given back with its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse moments without a zone: they would be wrong somewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


# Compared and sorted by code points on every engine, whatever language a server's own
# rules are for: beginnings are sought as ranges, and a list has one order everywhere.
TEXT = String().with_variant(String(collation="C"), "postgresql")

# A book's PDF may be larger than the 2 GB that PostgreSQL's INTEGER counts.
BYTES = BigInteger().with_variant(Integer, "sqlite")


class Row(DeclarativeBase):
    """Base of all nouns; the naming rules keep migrations the same on every engine."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        str: TEXT,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def mint_name(chance: random.Random) -> str:
    """A new public name; 27^8 of them, ASCII, safe in addresses and XML ids.

    The first character is a letter, since an XML id may not begin with a digit.
    """
    first = chance.choice(NAME_LETTERS[8:])
    return first + "".join(chance.choices(NAME_LETTERS, k=NAME_LENGTH - 1))
