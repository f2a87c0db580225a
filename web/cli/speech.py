"""What the command line says, in the language of the settings (`SANDYQ_LANGUAGE`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import click

from storage.errors import Failure, Plain
from web.language import catalogue
from web.refusals import told


@dataclass(frozen=True, slots=True)
class Speech:
    """Sentences of one language. Called with a message id, it gives the sentence."""

    language: str

    def __call__(self, sentence: str, **values: Plain) -> str:
        text = catalogue(self.language).gettext(sentence)
        return text % values if values else text

    def failure(self, failure: Failure) -> str:
        """What went wrong and what to do, in one or two sentences."""
        return self.reason(failure.reason, failure.values)

    def fact(self, failure: Failure) -> str:
        """What went wrong alone."""
        return told(failure.reason, failure.values, catalogue(self.language).gettext).fact

    def reason(self, reason: str, values: Any) -> str:  # noqa: ANN401
        """The sentences for a reason that was stored."""
        explained = told(reason, values, catalogue(self.language).gettext)
        return f"{explained.fact} {explained.advice}".strip()


def say(text: str, *, error: bool = False) -> None:
    """Write a line for a person."""
    click.echo(text, err=error)


def say_json(value: object) -> None:
    """Write a value for a script."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
