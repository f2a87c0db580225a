"""Templates, addresses and statements compiled once for all that a test process opens.

A portal compiles each template when it is first asked for, and how each of its addresses
is written when it is made; a library's rows compile each statement when they are first
asked it. Thousands of tests open both, and compiling would be most of what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule


class KeptInMemory(BytecodeCache):
    """Compiled templates by name and text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class KeptRule(Rule):
    """An address whose writing is compiled when the first rule like it is bound."""

    kept: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, *how: bool) -> Callable[..., tuple[str, str]]:
        like = (self.rule, repr(self.defaults), self.subdomain, self.host, *how)
        if like not in self.kept:
            self.kept[like] = super()._compile_builder(*how)
        return self.kept[like]


class AnySqlite(SQLiteDialect_pysqlite):
    """SQLite as every file of it understands it: a statement compiled for one fits all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnySqlite)

    def __hash__(self) -> int:
        return hash(AnySqlite)


def _share(kept: dict[Any, Any]) -> Callable[[Connection], None]:
    def share(connection: Connection) -> None:
        if isinstance(connection.dialect, AnySqlite):
            connection.execution_options(compiled_cache=kept)

    return share


def compile_once() -> None:
    """Let every application and library of this process share what is compiled."""
    registry.register("sqlite", __name__, AnySqlite.__name__)
    event.listen(Engine, "engine_connect", _share({}))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptInMemory()}
    Flask.url_rule_class = KeptRule
