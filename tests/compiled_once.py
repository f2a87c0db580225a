"""Templates and addresses compiled once for all the applications of a test process.

A portal compiles each template when it is first asked for, and how each of its addresses
is written when it is made; thousands of tests make a portal each, and compiling would be
most of what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
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


def compile_once() -> None:
    """Let every application of this process share what is compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptInMemory()}
    Flask.url_rule_class = KeptRule
