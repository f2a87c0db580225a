"""A question put together in a form: ``/search/form``."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from archive.query_form import QueryForm
from web.addresses import search

blueprint = Blueprint("query_form", __name__)

# What the form and the address call them, and where they go.
_NAMES = {
    "words": "words",
    "phrase": "phrase",
    "without": "without",
    "author": "author",
    "title": "title",
    "from": "first_year",
    "to": "last_year",
}


@blueprint.get("/search/form")
def query_form() -> str | Response:
    """The form; sent off, it leads to the results of the question that it wrote."""
    told = {field: request.args.get(name, "") for name, field in _NAMES.items()}
    question = QueryForm(**told).written()
    if question:
        return redirect(search(question), 303)
    return render_template("query-form.html", page=None)
