"""What is said at the form when something typed was refused?"""

from __future__ import annotations

from collections.abc import Mapping

from storage.errors import Failure
from web.account_refusals import FIELDS
from web.language import gettext
from web.pages.accounts import Form, Problem
from web.refusals import told


def form_with(failure: Failure, values: Mapping[str, str]) -> Form:
    """The form once more, with what was typed and why it was not taken."""
    said = told(failure.reason, failure.values, gettext)
    problem = Problem(FIELDS.get(failure.reason, ""), said.fact, said.advice)
    return Form(values=values, problem=problem)
